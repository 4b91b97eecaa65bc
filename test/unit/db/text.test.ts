import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastBytes, storable } from '../../../src/db/text.js';

const anything = fc.string({ unit: 'binary' });

describe('a text for PostgreSQL', () => {
  it('has no zero byte and no half of a surrogate pair, and is else as it was', () => {
    expect(storable('größe 😀')).toBe('größe 😀');
    expect(storable('a\0b\uD83Dc\uDE00')).toBe('a\uFFFDb\uFFFDc\uFFFD');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = storable(String.fromCharCode(...units));
        expect(text).not.toContain('\0');
        expect(Buffer.from(text).toString()).toBe(text);
        expect(text).toHaveLength(units.length);
      }),
    );
  });
});

describe('the last bytes of a text', () => {
  it('are as many as are wanted at the most, whole characters, and its end', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const last = lastBytes(text, limit);
        expect(Buffer.byteLength(last)).toBeLessThanOrEqual(limit);
        expect(Buffer.byteLength(last)).toBeGreaterThan(Math.min(limit, Buffer.byteLength(text)) - 4);
        expect(text.endsWith(last)).toBe(true);
      }),
    );
  });

  it('are all of a short one', () => {
    expect(lastBytes('kurz und gut', 100)).toBe('kurz und gut');
    expect(lastBytes('', 100)).toBe('');
  });
});
