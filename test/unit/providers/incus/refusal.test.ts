import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../../src/errors.js';
import { Refusal, translated } from '../../../../src/providers/incus/refusal.js';

describe('a refusal of Incus', () => {
  it.each([
    [400, 'Failed creating instance from image: write /x: no space left on device', 'NO_CAPACITY', false],
    [400, 'Failed to run: btrfs: Disk quota exceeded', 'NO_CAPACITY', false],
    [500, 'Reached maximum number of instances of type "container" in project "p"', 'QUOTA_EXCEEDED', false],
    [500, 'Reached maximum aggregate value "4" for "limits.cpu" in project "p"', 'QUOTA_EXCEEDED', false],
    [403, 'not authorized', 'PROVIDER_FAILED', false],
    [503, 'LXD is shutting down', 'UNAVAILABLE', true],
    [400, 'Instance is busy running a "stop" operation', 'UNAVAILABLE', true],
    [400, 'Failed to run: forkstart: exit status 1', 'PROVIDER_FAILED', false],
  ])('%d %j becomes %s', (status, words, code, retryable) => {
    const error = translated('cannot make the server db-1', new Refusal(status, words));
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code, retryable, message: expect.stringContaining(words) });
  });

  it('leaves other errors as they are', () => {
    const error = new Error('given up');
    expect(translated('cannot', error)).toBe(error);
  });
});
