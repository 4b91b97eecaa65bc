/** What a run has come to. */
export class Tally {
  rounds = 0;
  readonly faults = new Map<string, number>();
  readonly ends = new Map<string, number>();
  readonly violations: string[] = [];
  longestFromKill = 0;

  count(of: Map<string, number>, what: string): void {
    of.set(what, (of.get(what) ?? 0) + 1);
  }

  toString(seed: number): string {
    const lines = (title: string, of: Map<string, number>): string[] =>
      [...of].sort().map(([name, n]) => `  ${`${title} ${name}`.padEnd(42)}${String(n).padStart(6)}`);
    return [
      `chaos: seed ${seed}`,
      `  ${'rounds'.padEnd(42)}${String(this.rounds).padStart(6)}`,
      ...lines('fault:', this.faults),
      ...lines('end:', this.ends),
      `  ${'longest from a kill to the end, s'.padEnd(42)}${(this.longestFromKill / 1000).toFixed(1).padStart(6)}`,
      `  ${'violations'.padEnd(42)}${String(this.violations.length).padStart(6)}`,
      ...this.violations.map((words) => `    ${words}`),
      '',
    ].join('\n');
  }
}
