import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mask, maskLines } from '../../../src/plan/mask.js';
import { Secret } from '../../../src/shell/secret.js';

describe('mask', () => {
  it('hides each secret wherever it stands', () => {
    const secrets = [new Secret('hunter2'), new Secret('$& (.*)')];
    expect(mask('a hunter2, $& (.*) and hunter2', secrets)).toBe('a [secret], [secret] and [secret]');
  });

  it('hides the longer of two that overlap, and leaves text alone where a secret is empty', () => {
    expect(mask('hunter22', [new Secret('hunter2'), new Secret('hunter22'), new Secret('')])).toBe('[secret]');
  });

  it('hides the lines of a text that was handed over, as programs quote them', () => {
    const sql = new Secret("BEGIN;\nALTER ROLE admin PASSWORD 'hunter2';\nEND\n");
    expect(mask("LINE 2: ALTER ROLE admin PASSWORD 'hunter2';\nBEGIN;", [sql])).toBe('LINE 2: [secret]\nBEGIN;');
  });
});

describe('maskLines', () => {
  it('hides a secret that arrives in pieces, and holds nothing back at the end', () => {
    const noisy = fc.array(fc.constantFrom('hunter2', '\n', 'x ', 'é'), { maxLength: 12 });
    fc.assert(
      fc.property(noisy, fc.integer({ min: 1, max: 5 }), (parts, size) => {
        const text = parts.join('');
        let out = '';
        const lines = maskLines((piece) => (out += piece), [new Secret('hunter2')]);
        for (let i = 0; i < text.length; i += size) lines.push(text.slice(i, i + size));
        lines.flush();
        expect(out).toBe(text.replaceAll('hunter2', '[secret]'));
      }),
    );
  });

  it('passes on a line as soon as it is whole', () => {
    const out: string[] = [];
    const lines = maskLines((piece) => out.push(piece), []);
    lines.push('one\ntw');
    lines.push('o');
    expect(out).toEqual(['one\n']);
    lines.flush();
    expect(out).toEqual(['one\n', 'two']);
  });
});
