import { StringDecoder } from 'node:string_decoder';

/** Collects a stream and keeps its last `limit` bytes, so that no command's output can fill the memory. */
export class Tail {
  private readonly decoder = new StringDecoder('utf8');
  private chunks: Buffer[] = [];
  private size = 0;
  private cut = false;

  constructor(private readonly limit: number) {}

  /** Takes a chunk; returns the whole characters that it completes. */
  push(chunk: Buffer): string {
    this.chunks.push(chunk);
    this.size += chunk.length;
    // Trimming at twice the limit keeps the copying linear.
    if (this.size > 2 * this.limit) this.trim();
    return this.decoder.write(chunk);
  }

  /** What was kept, as UTF-8; a character that the limit cut in two is left out. */
  text(): string {
    this.trim();
    const text = Buffer.concat(this.chunks).toString('utf8');
    return this.cut ? text.replace(/^\uFFFD+/, '') : text;
  }

  private trim(): void {
    this.cut ||= this.size > this.limit;
    const kept = Buffer.concat(this.chunks).subarray(-this.limit);
    this.chunks = [kept];
    this.size = kept.length;
  }
}
