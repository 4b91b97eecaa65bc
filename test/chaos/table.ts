/** What a run has come to. */
export class Tally {
  rounds = 0;
  seconds = 0;
  readonly faults = new Map<string, number>();
  readonly ends = new Map<string, number>();
  readonly violations: string[] = [];
  /** Milliseconds from a kill to the end of all that was going on, and until another worker went on with it. */
  longestFromKill = 0;
  longestTakeover = 0;

  count(of: Map<string, number>, what: string): void {
    of.set(what, (of.get(what) ?? 0) + 1);
  }

  toString(seed: number): string {
    const line = (name: string, value: number | string): string => `  ${name.padEnd(46)}${String(value).padStart(7)}`;
    const lines = (title: string, of: Map<string, number>): string[] =>
      [...of].sort().map(([name, n]) => line(`${title} ${name}`, n));
    return [
      `chaos: seed ${seed}`,
      line('rounds', this.rounds),
      line('seconds, and each round', `${this.seconds.toFixed(0)} ${(this.seconds / this.rounds).toFixed(1)}`),
      ...lines('fault:', this.faults),
      ...lines('end:', this.ends),
      line('longest from a kill until it went on, s', (this.longestTakeover / 1000).toFixed(1)),
      line('longest from a kill until all had ended, s', (this.longestFromKill / 1000).toFixed(1)),
      line('violations', this.violations.length),
      ...this.violations.map((words) => `    ${words}`),
      '',
    ].join('\n');
  }
}
