import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Tail } from '../../../src/remote/tail.js';

describe('Tail', () => {
  it('keeps what fits as it is, and passes on whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5 }), (text, size) => {
        const tail = new Tail(1000);
        const bytes = Buffer.from(text);
        let passed = '';
        for (let i = 0; i < bytes.length; i += size) passed += tail.push(bytes.subarray(i, i + size));
        expect(tail.text()).toBe(text);
        expect(passed).toBe(text);
      }),
    );
  });

  it('keeps the last bytes of what does not fit, cut between characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀'), minLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (text, size) => {
          const tail = new Tail(5);
          const bytes = Buffer.from(text);
          for (let i = 0; i < bytes.length; i += size) tail.push(bytes.subarray(i, i + size));
          const kept = tail.text();
          expect(text.endsWith(kept)).toBe(true);
          expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(5);
          expect(Buffer.byteLength(kept)).toBeGreaterThan(1);
        },
      ),
    );
  });
});
