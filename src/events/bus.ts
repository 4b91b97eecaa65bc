import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { newest, readAfter, type Queries } from './event-log.js';
import type { ReadAfter } from './event.js';
import { Feed } from './feed.js';
import { Listener } from './listener.js';
import { Subscriber } from './subscriber.js';

export interface BusOptions {
  readonly db: { readonly manager: Queries };
  readonly url: string;
  /** Events kept for one subscriber that does not read. */
  readonly queueLimit: number;
  /** Told of each new event how many seconds after its recording it was read here. */
  readonly lagged?: (seconds: number) => void;
  readonly log: Log;
}

export interface SubscribeOptions {
  /** Replay begins after this number: 0 replays everything. */
  readonly after: number;
  /** Called once when the subscriber was cut off because it does not read. */
  readonly onOverflow: () => void;
}

const retryMs = 250;

/**
 * Persist, then publish: events are rows first (`event-log.ts`), and a NOTIFY at their commit tells every process.
 * A subscription replays the rows, then follows, with neither gap nor repeat, whatever happens to the connection.
 */
export class Bus {
  private readonly feeds = new Map<string, Promise<Feed>>();
  /** By topic: when it is read again after that failed. */
  private readonly retries = new Map<string, NodeJS.Timeout>();
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
    for (const retry of this.retries.values()) clearTimeout(retry);
    for (const feed of this.feeds.values())
      await feed
        .then((live) => {
          live.closeAll();
        })
        .catch(() => undefined);
    await this.listener.stop();
  }

  /** The events of `topic` after a number: those on record, then those to come, until the caller returns. */
  async subscribe(topic: string, options: SubscribeOptions): Promise<Subscriber> {
    for (;;) {
      const opening = this.feeds.get(topic) ?? this.openFeed(topic);
      const feed = await opening;
      // Its last subscriber may have left while this one waited: such a feed is no longer poked.
      if (this.feeds.get(topic) === opening) return this.join(topic, opening, feed, options);
    }
  }

  /** How many subscribers this process serves. */
  async subscribers(): Promise<number> {
    const feeds = await Promise.allSettled(this.feeds.values());
    return feeds.reduce((sum, feed) => sum + (feed.status === 'fulfilled' ? feed.value.size : 0), 0);
  }

  private join(topic: string, opening: Promise<Feed>, feed: Feed, { after, onOverflow }: SubscribeOptions): Subscriber {
    // What is newer than the feed's head reaches the queue; what is older is read from the rows.
    const subscriber = new Subscriber({
      after,
      upTo: feed.head,
      readAfter: this.reader(topic),
      limit: this.options.queueLimit,
      onOverflow,
      onClose: () => {
        feed.remove(subscriber);
        if (feed.size === 0 && this.feeds.get(topic) === opening) this.feeds.delete(topic);
      },
    });
    feed.add(subscriber);
    if (this.closed) subscriber.close();
    return subscriber;
  }

  private openFeed(topic: string): Promise<Feed> {
    const opening = this.open(topic);
    this.feeds.set(topic, opening);
    opening.catch(() => this.feeds.delete(topic));
    return opening;
  }

  private async open(topic: string): Promise<Feed> {
    const { db, lagged } = this.options;
    return new Feed(this.reader(topic, lagged), await newest(db.manager, topic));
  }

  private reader(topic: string, aged?: (seconds: number) => void): ReadAfter {
    return (after) => readAfter(this.options.db.manager, topic, after, aged);
  }

  private poke(topic: string): void {
    this.feeds
      .get(topic)
      ?.then((feed) => feed.poke())
      .catch((error: unknown) => {
        this.options.log.warn({ topic, error: messageOf(error) }, 'cannot read events');
        this.pokeLater(topic);
      });
  }

  /** The rows stay: they are read until it works, as nothing more may ever be announced on the topic. */
  private pokeLater(topic: string): void {
    if (this.closed || this.retries.has(topic)) return;
    const retry = (): void => {
      this.retries.delete(topic);
      this.poke(topic);
    };
    this.retries.set(topic, setTimeout(retry, retryMs));
  }
}
