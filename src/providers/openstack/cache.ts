/** Answers that change seldom: one call for all who ask at the same time, kept for a while. Failures are not kept. */
export class Cache<T> {
  private readonly kept = new Map<string, { readonly answer: Promise<T>; readonly from: number }>();

  constructor(private readonly lifeMs: number) {}

  /** What is known, where it is no older than `atMostMs`; else what `load` says. */
  get(key: string, load: () => Promise<T>, atMostMs = this.lifeMs): Promise<T> {
    const now = performance.now();
    const found = this.kept.get(key);
    if (found !== undefined && now - found.from < atMostMs) return found.answer;
    const answer = load();
    const entry = { answer, from: now };
    this.kept.set(key, entry);
    answer.catch(() => {
      if (this.kept.get(key) === entry) this.kept.delete(key);
    });
    return answer;
  }

  forget(): void {
    this.kept.clear();
  }
}
