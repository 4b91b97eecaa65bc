import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPart, PartCounter } from '../../../src/files/parts.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a counter of parts', () => {
  it('tells the same of the same bytes, however they come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
        const counter = new PartCounter(16);
        for (const chunk of chunks) counter.push(Buffer.from(chunk));
        const all = Buffer.concat(chunks);
        const { size, sha256: whole, parts } = counter.end();
        expect([size, whole]).toEqual([all.length, sha256(all)]);
        let at = 0;
        for (const part of parts) {
          expect(isPart(all.subarray(at, at + part.size), part)).toBe(true);
          at += part.size;
        }
        expect(at).toBe(all.length);
        expect(parts.slice(0, -1).every((part) => part.size === 16)).toBe(true);
      }),
    );
  });

  it('knows a piece that is another, and one that is short', () => {
    const part = { size: 3, sha256: sha256(Buffer.from('abc')) };
    expect(['abc', 'abd', 'ab'].map((text) => isPart(Buffer.from(text), part))).toEqual([true, false, false]);
  });
});
