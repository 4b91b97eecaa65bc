import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { Documents } from '../../../src/api/documents.js';

const documents = () => new Documents(buildSchema('type Query { a: Int }'));

describe('documents that come over WebSocket', () => {
  it('are read once: the same text is the same document', () => {
    const known = documents();
    expect(known.read('{ a }')).toBe(known.read('{ a }'));
    expect(known.read('{ a }')).not.toBe(known.read('{ b: a }'));
  });

  it('that are wrong are told each time', () => {
    const known = documents();
    for (let i = 0; i < 2; i += 1) {
      expect(known.read('{ b }')).toMatchObject([
        { message: expect.stringContaining('Cannot query field "b"') as unknown },
      ]);
      expect(known.read('{')).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    }
  });

  it('are forgotten: the one that nobody has asked for the longest, and a long one at once', () => {
    const known = documents();
    const [kept, old] = [known.read('{ kept: a }'), known.read('{ old: a }')];
    for (let i = 0; i < 199; i += 1) {
      known.read(`{ a${i}: a }`);
      known.read('{ kept: a }');
    }
    expect(known.read('{ kept: a }')).toBe(kept);
    expect(known.read('{ old: a }')).not.toBe(old);
    const long = `{ a } ${' '.repeat(20_000)}`;
    expect(known.read(long)).not.toBe(known.read(long));
  });
});
