import { describe, expect, it } from '@jest/globals';
import { prefixFor } from '../../../src/clusters/reach.js';

describe('the prefix of commands', () => {
  it.each([
    ['systemd', 'debian', 'sudo -n'],
    ['systemd', 'root', ''],
    ['local', 'dtrove', ''],
  ] as const)('of a server with %s, logged in to as %s', (init, user, prefix) => {
    expect(prefixFor({ init }, user)).toBe(prefix);
  });
});
