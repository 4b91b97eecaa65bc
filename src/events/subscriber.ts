import type { RecordedEvent } from './event.js';

const ended = { value: undefined, done: true } as const;

/**
 * A bounded queue between the bus and one client. One that does not read is cut off, and hurts nobody:
 * `onOverflow` is called once, and the iteration ends.
 */
export class Subscriber implements AsyncIterableIterator<RecordedEvent> {
  private readonly queue: RecordedEvent[] = [];
  private waiting: ((result: IteratorResult<RecordedEvent, undefined>) => void) | null = null;
  private open = true;

  constructor(
    private readonly limit: number,
    private readonly onOverflow: () => void,
    private readonly onClose: () => void,
  ) {}

  push(event: RecordedEvent): void {
    if (!this.open) return;
    if (this.waiting !== null) {
      const resolve = this.waiting;
      this.waiting = null;
      resolve({ value: event, done: false });
      return;
    }
    if (this.queue.length < this.limit) {
      this.queue.push(event);
      return;
    }
    this.close();
    this.onOverflow();
  }

  next(): Promise<IteratorResult<RecordedEvent, undefined>> {
    const event = this.queue.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (!this.open) return Promise.resolve(ended);
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<RecordedEvent, undefined>> {
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
    this.waiting?.(ended);
    this.waiting = null;
    this.onClose();
  }
}
