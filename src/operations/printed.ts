import { lastBytes, storable } from '../db/text.js';

/** What a step's commands have printed: its end, and how much is missing before that. */
export class Printed {
  private text = '';
  private bytes = 0;

  /** `kept`: how many bytes of it. */
  constructor(private readonly kept: number) {}

  push(chunk: string): void {
    this.bytes += Buffer.byteLength(chunk);
    this.text = (this.text + chunk).slice(-this.kept);
  }

  /** As it is stored, with a first line that tells what was cut. */
  get stored(): string {
    const end = lastBytes(storable(this.text), this.kept);
    const cut = this.bytes - Buffer.byteLength(end);
    return this.bytes > this.kept ? `[${cut} bytes before this are cut]\n${end}` : end;
  }
}
