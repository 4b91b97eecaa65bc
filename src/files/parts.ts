import { createHash } from 'node:crypto';

/** One piece of what lies in a store: pieces are checked before they are used. */
export interface Part {
  readonly size: number;
  readonly sha256: string;
}

/** All of it. */
export interface Stored {
  readonly size: number;
  readonly sha256: string;
  readonly parts: readonly Part[];
}

/** Bytes of a part of a file: what is held in memory while it is checked. */
export const partSize = 8 * 1024 * 1024;

/** Counts what passes, and makes its checksums: of the whole, and of each part. */
export class PartCounter {
  private readonly whole = createHash('sha256');
  private readonly parts: Part[] = [];
  private part = createHash('sha256');
  private inPart = 0;
  private total = 0;

  constructor(private readonly limit = partSize) {}

  get size(): number {
    return this.total;
  }

  push(chunk: Buffer): void {
    this.whole.update(chunk);
    this.total += chunk.length;
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + this.limit - this.inPart);
      this.part.update(piece);
      this.inPart += piece.length;
      at += piece.length;
      if (this.inPart === this.limit) this.endPart();
    }
  }

  /** To be called once, when all has passed. */
  end(): Stored {
    if (this.inPart > 0) this.endPart();
    return { size: this.total, sha256: this.whole.digest('hex'), parts: this.parts };
  }

  private endPart(): void {
    this.parts.push({ size: this.inPart, sha256: this.part.digest('hex') });
    this.part = createHash('sha256');
    this.inPart = 0;
  }
}

/** Whether a piece is what it was when it was stored. */
export const isPart = (piece: Buffer, { size, sha256 }: Part): boolean =>
  piece.length === size && createHash('sha256').update(piece).digest('hex') === sha256;
