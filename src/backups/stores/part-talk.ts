import type { Part, Stored } from '../../files/parts.js';
import type { Tell } from './store.js';

/** What a server that sends parts to a bucket says, and what it is answered (`sendParts` of src/shell/multipart.ts). */
export class PartTalk {
  private readonly parts: Part[] = [];
  private readonly etags: string[] = [];
  private readonly wanted: number[] = [];
  private whole: string | null = null;
  private sent = 0;
  private line = '';
  private over = false;
  private wake: () => void = () => undefined;

  constructor(
    /** The address for a part. */
    private readonly sign: (part: number) => Promise<string>,
    private readonly tell: Tell,
  ) {}

  /** Takes a piece of what it prints. */
  readonly hear = (chunk: Buffer): undefined => {
    const lines = (this.line + chunk.toString()).split('\n');
    this.line = lines.pop() ?? '';
    for (const line of lines) this.understand(line.split(' '));
  };

  /** An address a line, each when it is asked for. */
  async *answers(): AsyncGenerator<string> {
    for (;;) {
      const number = this.wanted.shift();
      if (number !== undefined) yield `${await this.sign(number)}\n`;
      else if (this.over) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }

  /** Nothing more is said. */
  end(): void {
    this.over = true;
    this.wake();
  }

  /** What has been sent. Throws where the server has not said that it was all. */
  result(): { readonly stored: Stored; readonly etags: readonly string[] } {
    const { whole, sent, parts, etags } = this;
    if (whole === null || !/^[0-9a-f]{64}$/.test(whole)) throw new Error('the server has not told what it sent');
    return { stored: { size: sent, sha256: whole, parts }, etags };
  }

  private understand([word, first = '', size = '', sha256 = '', etag = '']: readonly string[]): void {
    if (word === 'part') {
      this.wanted.push(Number(first));
      this.wake();
    } else if (word === 'sent') {
      this.parts.push({ size: Number(size), sha256 });
      this.etags.push(etag);
      this.sent += Number(size);
      this.tell(this.sent);
    } else if (word === 'whole') {
      this.whole = first;
      this.end();
    }
  }
}
