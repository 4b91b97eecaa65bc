import { paint, wantsColour } from './paint.js';
import type { Output } from './view.js';

const LABEL_WIDTH = 14;

/** Says what happens, a line at a time. */
export class Teller {
  readonly coloured: boolean;

  constructor(
    readonly out: Output,
    env: NodeJS.ProcessEnv,
  ) {
    this.coloured = wantsColour(out, env);
  }

  say(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** Something that has succeeded. */
  done(text: string): void {
    this.say(`${paint('✓', 'green', this.coloured)} ${text}`);
  }

  /** Something to copy, with what it is. */
  field(label: string, value: string): void {
    this.say(`  ${label.padEnd(LABEL_WIDTH)} ${paint(value, 'bold', this.coloured)}`);
  }
}
