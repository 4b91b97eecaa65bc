import type { ReadAfter } from './event.js';
import type { Subscriber } from './subscriber.js';

/** What one process reads of one topic: each event is fetched once, and handed to all of its subscribers. */
export class Feed {
  private readonly subscribers = new Set<Subscriber>();
  private stale = false;
  private reading: Promise<void> | null = null;

  /** `head` is the number of the last event that has been handed out. */
  constructor(
    private readonly readAfter: ReadAfter,
    public head: number,
  ) {}

  get size(): number {
    return this.subscribers.size;
  }

  add(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  closeAll(): void {
    for (const subscriber of [...this.subscribers]) subscriber.close();
  }

  /** Something new was announced. Announcements that come while it reads make it read once more. */
  poke(): Promise<void> {
    this.stale = true;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    while (this.stale) {
      this.stale = false;
      const events = await this.readAfter(this.head);
      for (const event of events) {
        this.head = event.seq;
        for (const subscriber of this.subscribers) subscriber.push(event);
      }
      this.stale ||= events.length > 0;
    }
  }
}
