import cliProgress from 'cli-progress';
import type { DemoNodeFragment, DemoOperationStateFragment, DemoStepFragment } from './documents.js';
import { rowOfNode, rowOfOperation, rowOfStep, type Mood, type Row } from './rows.js';
import { paint, type Colour } from './paint.js';
import { widthOf, type Output, type View } from './view.js';

const CELLS = 24;
const COLOURS: Readonly<Record<Mood, Colour>> = { waiting: 'gray', working: 'cyan', ready: 'green', failed: 'red' };

/** One node as one line of `columns`: name, bar, percent, and the step's name as far as it fits. */
export function barLine(row: Row, width: number, columns: number, coloured: boolean): string {
  const full = Math.round((Math.min(Math.max(row.progress, 0), 100) / 100) * CELLS);
  const bar = paint('█'.repeat(full), COLOURS[row.mood], coloured) + paint('░'.repeat(CELLS - full), 'gray', coloured);
  const percent = `${row.progress}%`.padStart(4);
  const left = `  ${row.name.padEnd(width)}  `;
  const room = Math.max(columns - left.length - CELLS - percent.length - 5, 0);
  return `${left}${bar} ${percent}  ${paint(shortened(row.text, room), COLOURS[row.mood], coloured)}`;
}

function shortened(text: string, room: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= room ? line : `${line.slice(0, Math.max(room - 1, 0))}…`;
}

/** The view for terminals: one bar a node. */
export class BarView implements View {
  readonly #rows = new Map<string, Row>();
  readonly #bars = new Map<string, cliProgress.SingleBar>();
  readonly #multi: cliProgress.MultiBar;

  /** `names`: what gets a bar, in this order; whatever else turns up comes below. */
  constructor(out: Output, names: readonly string[], coloured: boolean) {
    const width = widthOf(names);
    this.#multi = new cliProgress.MultiBar({
      stream: out,
      fps: 20,
      hideCursor: true,
      // Lines are cut to fit here; cli-progress would count the colours' codes as letters.
      linewrap: false,
      // Ctrl-C is ours to handle: it stops the control plane first.
      gracefulExit: false,
      format: (_options, _params, row: Row) => barLine(row, width, out.columns ?? 80, coloured),
    });
    for (const name of names) this.#show({ name, progress: 0, mood: 'waiting', text: '' });
  }

  operation(cluster: string, operation: DemoOperationStateFragment): void {
    this.#show(rowOfOperation(cluster, operation));
  }

  node(node: DemoNodeFragment): void {
    this.#show(rowOfNode(this.#rows.get(node.name), node));
  }

  step(owner: string, step: DemoStepFragment): void {
    const before = this.#rows.get(owner) ?? { name: owner, progress: 0, mood: 'waiting', text: '' };
    this.#show(rowOfStep(before, step));
  }

  end(): void {
    this.#multi.stop();
  }

  #show(row: Row): void {
    this.#rows.set(row.name, row);
    const bar = this.#bars.get(row.name) ?? this.#multi.create(100, 0, { ...row });
    this.#bars.set(row.name, bar);
    bar.update(row.progress, row);
  }
}
