import { describe, expect, it } from '@jest/globals';
import { parseHostWish } from '../../../src/hosts/wish.js';

const wish = { address: '10.0.0.1', privateKey: 'k' };

describe('what a host is registered with', () => {
  it.each([
    ['address', { address: 'a b' }],
    ['address', { address: '-oProxyCommand=x' }],
    ['port', { port: 0 }],
    ['user', { user: 'Root User' }],
    ['hostKeyFingerprint', { hostKeyFingerprint: 'MD5:aa:bb' }],
    ['tags', { tags: ['a,b'] }],
    ['capacity.cpus', { capacity: { cpus: 0 } }],
    ['bastion.address', { bastion: { address: '' } }],
    ['bastion.port', { bastion: { address: 'jump', port: 70_000 } }],
  ])('is refused where %s is wrong', (field, more) => {
    expect(() => parseHostWish({ ...wish, ...more })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field, message: expect.stringMatching(`^${field}: `) }),
    );
  });

  it('has defaults where nothing is said', () => {
    expect(parseHostWish({ ...wish, port: null, tags: null, trustOnFirstUse: null })).toMatchObject({
      ...{ port: 22, tags: [], trustOnFirstUse: false, useAgent: false },
    });
  });
});
