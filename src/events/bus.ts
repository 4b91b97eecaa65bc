import type { DataSource } from 'typeorm';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { newest, readAfter } from './event-log.js';
import type { RecordedEvent } from './event.js';
import { Feed } from './feed.js';
import { Listener } from './listener.js';
import { Subscriber } from './subscriber.js';

export interface BusOptions {
  readonly db: DataSource;
  readonly url: string;
  /** Events kept for one subscriber that does not read. */
  readonly queueLimit: number;
  readonly log: Log;
}

export interface SubscribeOptions {
  /** Replay begins after this number: 0 replays everything. */
  readonly after: number;
  /** Called once when the subscriber was cut off because it does not read. */
  readonly onOverflow: () => void;
}

/**
 * Persist, then publish: events are rows first (`event-log.ts`), and a NOTIFY at their commit tells every process.
 * A subscription replays the rows, then follows, with neither gap nor repeat, whatever happens to the connection.
 */
export class Bus {
  private readonly feeds = new Map<string, Promise<Feed>>();
  private readonly listener: Listener;
  private closed = false;

  constructor(private readonly options: BusOptions) {
    this.listener = new Listener(
      options.url,
      'dtrove_event',
      {
        onNotify: (payload) => {
          this.poke(payload.slice(0, payload.lastIndexOf(' ')));
        },
        onConnected: () => {
          for (const topic of this.feeds.keys()) this.poke(topic);
        },
      },
      options.log,
    );
  }

  start(): Promise<void> {
    return this.listener.start();
  }

  /** Whether announcements reach this process now. */
  get connected(): boolean {
    return this.listener.connected;
  }

  async stop(): Promise<void> {
    this.closed = true;
    for (const feed of this.feeds.values())
      await feed
        .then((live) => {
          live.closeAll();
        })
        .catch(() => undefined);
    await this.listener.stop();
  }

  /** The events of `topic` after a number: those on record, then those to come, until the caller returns. */
  async *subscribe(topic: string, { after, onOverflow }: SubscribeOptions): AsyncGenerator<RecordedEvent, void> {
    const { manager } = this.options.db;
    const { feed, subscriber } = await this.join(topic, onOverflow);
    try {
      // What is newer than the feed's head reaches the queue; what is older is read here, a page at a time.
      const end = feed.head;
      let seen = after;
      while (seen < end) {
        const page = await readAfter(manager, topic, seen);
        if (page.length === 0) break;
        for (const event of page) {
          if (event.seq > end) break;
          yield event;
        }
        seen = page.at(-1)?.seq ?? end;
      }
      for await (const event of subscriber) if (event.seq > after) yield event;
    } finally {
      subscriber.close();
    }
  }

  private async join(topic: string, onOverflow: () => void): Promise<{ feed: Feed; subscriber: Subscriber }> {
    let opening = this.feeds.get(topic);
    if (opening === undefined) {
      opening = this.open(topic);
      this.feeds.set(topic, opening);
      opening.catch(() => this.feeds.delete(topic));
    }
    const feed = await opening;
    const subscriber = new Subscriber(this.options.queueLimit, onOverflow, () => {
      feed.remove(subscriber);
      if (feed.size === 0 && this.feeds.get(topic) === opening) this.feeds.delete(topic);
    });
    feed.add(subscriber);
    if (this.closed) subscriber.close();
    return { feed, subscriber };
  }

  private async open(topic: string): Promise<Feed> {
    const { manager } = this.options.db;
    return new Feed((after) => readAfter(manager, topic, after), await newest(manager, topic));
  }

  private poke(topic: string): void {
    this.feeds
      .get(topic)
      ?.then((feed) => feed.poke())
      .catch((error: unknown) => {
        // The rows stay; the next announcement, or the reconnect, reads them.
        this.options.log.warn({ topic, error: messageOf(error) }, 'cannot read events');
      });
  }
}
