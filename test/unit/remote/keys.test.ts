import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createHostKey, createKeyPair, createKeyRing, fingerprint, rawKey, readKey } from '../../../src/remote/keys.js';
import { Secret } from '../../../src/shell/secret.js';

describe('createKeyPair', () => {
  const pair = createKeyPair('cluster orders');

  it('makes one OpenSSH line and a private half that only its passphrase opens', () => {
    expect(pair.publicKey).toMatch(/^ssh-ed25519 AAAA\S+ cluster orders$/);
    const key = readKey(pair.privateKey.reveal(), pair.passphrase.reveal());
    expect(key.getPublicSSH().equals(rawKey(pair.publicKey))).toBe(true);
    expect(() => readKey(pair.privateKey.reveal())).toThrow('cannot read the SSH key');
    expect(() => readKey(pair.privateKey.reveal(), 'wrong')).toThrow('cannot read the SSH key');
  });

  it('gives each pair its own passphrase of 256 bits', () => {
    expect(Buffer.from(pair.passphrase.reveal(), 'base64url')).toHaveLength(32);
    expect(createKeyPair('x').passphrase.reveal()).not.toBe(pair.passphrase.reveal());
  });

  it('shows no secret', () => {
    expect(inspect(pair)).not.toContain('PRIVATE');
    expect(JSON.stringify(pair)).not.toContain('PRIVATE');
  });
});

describe('createHostKey', () => {
  it('never makes one that cannot be read again', () => {
    // ssh2 itself makes a broken one in about 300.
    for (let i = 0; i < 1500; i += 1) {
      const { publicKey, privateKey } = createHostKey();
      expect(readKey(privateKey.reveal()).getPublicSSH().equals(rawKey(publicKey))).toBe(true);
    }
  });
});

describe('fingerprint', () => {
  it('is the one that ssh-keygen prints', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMSI4he0Ym0QF6qAz/yqYA2MCG/meirXfQLnT9sHelMJ someone';
    expect(fingerprint(key)).toBe('SHA256:YciKQwPbxS/kesI6Xg0V7lfyEqhNb0jengf5lDI7/DA');
    expect(fingerprint(rawKey(key))).toBe(fingerprint(key));
  });

  it('refuses what is no key, without repeating it', () => {
    expect(() => fingerprint('hunter2')).toThrow('cannot read the SSH key');
    expect(() => fingerprint('hunter2')).not.toThrow('hunter2');
  });
});

describe('createKeyRing', () => {
  const pair = createKeyPair('x');

  it('unlocks a key once, however often it was loaded', () => {
    const unlock = createKeyRing();
    const copy = () => unlock(new Secret(pair.privateKey.reveal()), new Secret(pair.passphrase.reveal()));
    expect(copy()).toBe(copy());
  });

  it('asks for the right passphrase even then', () => {
    const unlock = createKeyRing();
    unlock(pair.privateKey, pair.passphrase);
    expect(() => unlock(pair.privateKey, new Secret('wrong'))).toThrow('cannot read the SSH key');
  });

  it('keeps the last few only', () => {
    const unlock = createKeyRing(2);
    const [a, b, c] = [createHostKey(), createHostKey(), createHostKey()].map(({ privateKey }) => privateKey) as [
      Secret,
      Secret,
      Secret,
    ];
    const none = new Secret('');
    const [first, second] = [unlock(a, none), unlock(b, none)];
    expect(unlock(a, none)).toBe(first); // used again: b is the oldest now
    unlock(c, none);
    expect(unlock(a, none)).toBe(first);
    expect(unlock(b, none)).not.toBe(second);
  });
});
