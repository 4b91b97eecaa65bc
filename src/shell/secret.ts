import { inspect } from 'node:util';

const hidden = new WeakMap<Secret, string>();

/** A text that must not be seen: it prints, serialises and concatenates as `[secret]`. Only `reveal` gives it out. */
export class Secret {
  constructor(text: string) {
    hidden.set(this, text);
  }

  /** The text itself. Hand it to a cipher, a socket or a stdin, never to a message. */
  reveal(): string {
    return hidden.get(this) ?? '';
  }

  /** Bytes of its UTF-8. The length is no secret: a file that holds it shows its size. */
  get byteLength(): number {
    return Buffer.byteLength(this.reveal());
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Bytes of the UTF-8 of what rides on a stdin: a stdin that was cut short is told by it. */
export const byteLength = (content: string | Secret): number =>
  content instanceof Secret ? content.byteLength : Buffer.byteLength(content);
