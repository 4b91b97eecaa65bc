import type { ReadAfter, RecordedEvent } from './event.js';

type Next = IteratorResult<RecordedEvent, undefined>;
const ended: Next = { value: undefined, done: true };

export interface SubscriberOptions {
  /** Replay covers `after < seq <= upTo`, read from the rows a page at a time. */
  readonly after: number;
  readonly upTo: number;
  readonly readAfter: ReadAfter;
  /** Events kept while the client does not read. */
  readonly limit: number;
  /** Called once when that many were not enough. */
  readonly onOverflow: () => void;
  readonly onClose: () => void;
}

/**
 * What stands between the bus and one client: first the replay, then a bounded queue of what is new. A client that does
 * not read is cut off and hurts nobody. No generator: `return` must end it at once, also while `next` waits.
 */
export class Subscriber implements AsyncIterableIterator<RecordedEvent, undefined> {
  private readonly queue: RecordedEvent[] = [];
  private page: RecordedEvent[] = [];
  private seen: number;
  private waiting: ((result: Next) => void) | null = null;
  private open = true;

  constructor(private readonly options: SubscriberOptions) {
    this.seen = options.after;
  }

  push(event: RecordedEvent): void {
    if (!this.open || event.seq <= this.options.after) return;
    if (this.waiting !== null) {
      const resolve = this.waiting;
      this.waiting = null;
      resolve({ value: event, done: false });
      return;
    }
    if (this.queue.length < this.options.limit) {
      this.queue.push(event);
      return;
    }
    this.close();
    this.options.onOverflow();
  }

  async next(): Promise<Next> {
    const replayed = await this.replay();
    const event = replayed ?? this.queue.shift();
    if (event !== undefined) return { value: event, done: false };
    if (!this.open) return ended;
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  return(): Promise<Next> {
    this.close();
    return Promise.resolve(ended);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.queue.length = 0;
    this.page = [];
    this.waiting?.(ended);
    this.waiting = null;
    this.options.onClose();
  }

  private async replay(): Promise<RecordedEvent | undefined> {
    if (this.page.length === 0 && this.open && this.seen < this.options.upTo) await this.readPage();
    return this.page.shift();
  }

  private async readPage(): Promise<void> {
    const { upTo, readAfter } = this.options;
    const rows = await readAfter(this.seen).catch((error: unknown) => {
      // Whoever iterates stops at an error without a `return`.
      this.close();
      throw error;
    });
    if (!this.open) return;
    this.page = rows.filter((event) => event.seq <= upTo);
    this.seen = this.page.at(-1)?.seq ?? upTo;
  }
}
