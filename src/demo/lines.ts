import type { DemoNodeFragment, DemoStepFragment } from './documents.js';
import type { Output, View } from './view.js';

const SLOW_MS = 3_000;

/** One event of a step as a plain line; an event that is no news to a reader has none. */
export function stepLine(step: DemoStepFragment): string | undefined {
  const { name, status, attempts, message } = step;
  switch (status) {
    case 'PENDING':
      return undefined;
    case 'RUNNING':
      return attempts > 1 ? `${name}: attempt ${attempts}` : undefined;
    case 'DONE':
      return `${name}${took(step)}`;
    case 'SKIPPED':
      return `${name}: skipped`;
    case 'FAILED':
      return `${name}: FAILED ${message}`.trimEnd();
  }
}

/** What the provider says of a server, as a plain line. */
export const nodeLine = ({ serverStatus, message }: DemoNodeFragment): string =>
  `server ${serverStatus.toLowerCase()}${serverStatus === 'ERROR' && message !== '' ? `: ${message}` : ''}`;

function took({ startedAt, finishedAt }: DemoStepFragment): string {
  if (startedAt === null || finishedAt === null) return '';
  return `  ${((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(2)} s`;
}

/** The view for pipes and logs: one line for each thing that has happened, each said once. */
export class LineView implements View {
  readonly #said = new Map<string, string>();
  readonly #slow = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly out: Output,
    private readonly width: number,
    private readonly slowMs = SLOW_MS,
  ) {}

  operation(): void {
    // Its steps say it all.
  }

  node(node: DemoNodeFragment): void {
    this.#say(node.name, node.id, nodeLine(node));
  }

  step(owner: string, step: DemoStepFragment): void {
    clearTimeout(this.#slow.get(step.id));
    this.#slow.delete(step.id);
    const line = stepLine(step);
    if (line !== undefined) this.#say(owner, step.id, line);
    if (step.status === 'RUNNING') this.#slow.set(step.id, this.#later(owner, step));
  }

  end(): void {
    for (const timer of this.#slow.values()) clearTimeout(timer);
  }

  /** A step that takes long is named while it runs, or a log would look dead. */
  #later(owner: string, step: DemoStepFragment): NodeJS.Timeout {
    return setTimeout(() => {
      this.#say(owner, step.id, `${step.name} …`);
    }, this.slowMs).unref();
  }

  /** A replay after a broken connection repeats what was said. */
  #say(owner: string, key: string, line: string): void {
    if (this.#said.get(key) === line) return;
    this.#said.set(key, line);
    this.out.write(`  ${owner.padEnd(this.width)}  ${line}\n`);
  }
}
