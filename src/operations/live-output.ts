/** Milliseconds between two writings of a step's output: short steps need none, long ones are not written all the time. */
const firstPause = 500;
const longestPause = 2_000;

/** Writes what a running step prints, now and then, so that whoever follows it sees it while it runs. */
export class LiveOutput {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private pause = firstPause;
  private ended = false;

  /** `write` may fail: the end of the step writes all of it again. */
  constructor(private readonly write: () => Promise<void>) {}

  /** Something was printed. */
  news(): void {
    if (this.ended || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.writing = this.write()
        .catch(() => undefined)
        .then(() => {
          this.timer = undefined;
        });
    }, this.pause);
    this.pause = Math.min(this.pause * 1.5, longestPause);
  }

  /** The step has ended: resolves when nothing more is going to be written. */
  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.writing;
  }
}
