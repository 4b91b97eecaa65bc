/** Answers that change seldom: one call for all who ask at the same time, kept for a while. Failures are not kept. */
export class Cache<T> {
  private readonly kept = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();

  constructor(private readonly lifeMs: number) {}

  get(key: string, load: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const found = this.kept.get(key);
    if (found !== undefined && now < found.until) return found.answer;
    const answer = load();
    const entry = { answer, until: now + this.lifeMs };
    this.kept.set(key, entry);
    answer.catch(() => {
      if (this.kept.get(key) === entry) this.kept.delete(key);
    });
    return answer;
  }
}
