import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../../src/ids.js';
import { parseMasterKey, type MasterKey } from '../../../src/secrets/master-key.js';
import { decrypt, encrypt, Vault, wrapNewKey } from '../../../src/secrets/vault.js';
import { Secret } from '../../../src/shell/secret.js';

const newMaster = (): MasterKey => parseMasterKey(randomBytes(32).toString('hex'), 'a test');
const master = newMaster();
const stored = wrapNewKey(newId(), master);
const vault = new Vault([stored], [master]);

describe('the vault', () => {
  it('opens what it sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (text, row) => {
        expect(vault.open(vault.seal(new Secret(text), row), row).reveal()).toBe(text);
      }),
    );
  });

  it('seals the same text differently each time, and shows nothing of it', () => {
    const [one, two] = [vault.seal(new Secret('password'), 'row'), vault.seal(new Secret('password'), 'row')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^v1\.[0-9a-f-]{36}\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(Buffer.from(one.split('.').at(-1) ?? '', 'base64url').toString()).not.toContain('password');
  });

  it('does not open a text that was moved to another row', () => {
    const sealed = vault.seal(new Secret('password'), 'row 1');
    expect(() => vault.open(sealed, 'row 2')).toThrow('unable to authenticate');
  });

  it('does not open a text of which one character was changed', () => {
    const sealed = vault.seal(new Secret('a password of some length'), 'row');
    const from = sealed.indexOf('.', 3) + 1;
    for (let i = from; i < sealed.length; i += 1) {
      if (sealed[i] === '.') continue;
      const tampered = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
      expect(() => vault.open(tampered, 'row')).toThrow();
    }
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'password'],
    ['another version', `v2.${stored.id}.a.b.c`],
    ['a key that there is not', `v1.${newId()}.a.b.c`],
    ['too few parts', `v1.${stored.id}.AAAA`],
    ['a tag that is cut short', `v1.${stored.id}.AAAAAAAAAAAAAAAA.AAAA.AAAA`],
  ])('does not open %s', (_what, text) => {
    expect(() => vault.open(text, 'row')).toThrow();
  });

  it('is of one master key: with another it says which would open it, and how to give it', () => {
    const other = newMaster();
    expect(() => new Vault([stored], [other])).toThrow(
      `the master key does not open the stored secrets: they were sealed with key ${master.id}, this one is ${other.id}. Set DTROVE_SECRET_KEY to the key that this database was made with`,
    );
  });

  it('does not take a stored key that was changed, or belongs to another row', () => {
    expect(() => new Vault([{ ...stored, id: newId() }], [master])).toThrow('is damaged');
    expect(() => new Vault([{ ...stored, wrapped: `${stored.wrapped}A` }], [master])).toThrow();
  });

  it('opens what a previous master key sealed while both are given, and seals with the newest data key', () => {
    const next = newMaster();
    const old = vault.seal(new Secret('password'), 'row');
    const added = wrapNewKey(newId(), next);
    const rotated = new Vault([stored, added], [next, master]);

    expect(rotated.open(old, 'row').reveal()).toBe('password');
    expect(rotated.seal(new Secret('x'), 'row')).toContain(`v1.${added.id}.`);
    expect(new Vault([added], [next]).open(rotated.seal(new Secret('x'), 'row'), 'row').reveal()).toBe('x');
  });
});

describe('encryption', () => {
  it('is reversed only by its own key and associated data', () => {
    const [key, other] = [randomBytes(32), randomBytes(32)];
    const text = encrypt(key, Buffer.from('hello'), 'here');
    expect(decrypt(key, text, 'here').toString()).toBe('hello');
    expect(() => decrypt(other, text, 'here')).toThrow();
    expect(() => decrypt(key, text, 'there')).toThrow();
  });

  it('never uses a nonce twice', () => {
    const key = randomBytes(32);
    const nonces = Array.from({ length: 1000 }, () => encrypt(key, Buffer.from(''), '').split('.')[0]);
    expect(new Set(nonces).size).toBe(1000);
  });
});
