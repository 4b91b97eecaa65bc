import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../src/log.js';

describe('an error in the log', () => {
  it('has its words, its code and its causes, and nothing that a library hung onto it', () => {
    const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH', socket: {} });
    const error = Object.assign(new Error('terminated', { cause }), { code: '57P01', client: { password: 'hidden' } });
    const described = describeError(error);
    expect(described).toEqual({
      type: 'Error',
      message: 'terminated',
      code: '57P01',
      stack: error.stack,
      cause: { type: 'TypeError', message: 'no route', code: 'EHOSTUNREACH', stack: cause.stack },
    });
    expect(JSON.stringify(described)).not.toContain('hidden');
  });

  it('also where it is none', () => {
    expect(describeError('words')).toEqual({ message: 'words' });
  });
});
