interface Struck {
  rounds: number;
  seconds: number;
}

/** What a run has come to. */
export class Tally {
  rounds = 0;
  seconds = 0;
  readonly ends = new Map<string, number>();
  readonly violations: string[] = [];
  /** Milliseconds from a kill to the end of all that was going on, and until another worker went on with it. */
  longestFromKill = 0;
  longestTakeover = 0;
  private readonly faults = new Map<string, Struck>();

  struck(kind: string, seconds: number): void {
    const before = this.faults.get(kind) ?? { rounds: 0, seconds: 0 };
    this.faults.set(kind, { rounds: before.rounds + 1, seconds: before.seconds + seconds });
    this.rounds += 1;
  }

  ended(how: string): void {
    this.ends.set(how, (this.ends.get(how) ?? 0) + 1);
  }

  /** `wanted`: how many rounds were asked for. */
  toString(seed: number, wanted: number): string {
    const line = (name: string, value: number | string): string => `  ${name.padEnd(62)}${String(value).padStart(12)}`;
    const each = ({ rounds, seconds }: Struck): string => `${rounds}  ${(seconds / rounds).toFixed(1)} s`;
    const faults = [...this.faults].sort(([a], [b]) => a.localeCompare(b));
    const ends = [...this.ends].sort(([a], [b]) => a.localeCompare(b));
    return [
      `chaos: seed ${seed}`,
      line('rounds done, of those asked for', `${this.rounds} of ${wanted}`),
      line('seconds', this.seconds.toFixed(0)),
      ...faults.map(([kind, struck]) => line(`fault, and how long a round: ${kind}`, each(struck))),
      ...ends.map(([how, count]) => line(`end: ${how}`, count)),
      line('longest from a kill until it went on, s', (this.longestTakeover / 1000).toFixed(1)),
      line('longest from a kill until all had ended, s', (this.longestFromKill / 1000).toFixed(1)),
      line('violations', this.violations.length),
      ...this.violations.map((words) => `    ${words}`),
      '',
    ].join('\n');
  }
}
