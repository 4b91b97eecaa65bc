import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { derivedSalt, scramVerifier } from '../../../../src/datastores/postgres/scram.js';
import { Secret } from '../../../../src/shell/secret.js';

// RFC 7677, 3: the conversation of user `user` with password `pencil`.
const salt = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const authMessage =
  'n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,' +
  `s=${salt},i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;
const clientProof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
const serverSignature = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const sign = (key: Buffer) => createHmac('sha256', key).update(authMessage).digest();

describe('scramVerifier', () => {
  test('accepts the client and signs as the server of RFC 7677', () => {
    const verifier = scramVerifier(new Secret('pencil'), Buffer.from(salt, 'base64')).reveal();
    const [, iterations, usedSalt, stored = '', server = ''] =
      /^SCRAM-SHA-256\$(\d+):(.*)\$(.*):(.*)$/.exec(verifier) ?? [];
    expect([iterations, usedSalt]).toEqual(['4096', salt]);
    expect(sign(Buffer.from(server, 'base64')).toString('base64')).toBe(serverSignature);
    const proof = Buffer.from(clientProof, 'base64');
    const clientKey = sign(Buffer.from(stored, 'base64')).map((byte, i) => byte ^ (proof[i] ?? 0));
    expect(createHash('sha256').update(clientKey).digest('base64')).toBe(stored);
  });

  test('is the same at every call, and another for another cluster or password', () => {
    const make = (scope: string, password: string) =>
      scramVerifier(new Secret(password), derivedSalt(scope, new Secret(password))).reveal();
    expect(make('a/admin', 'one')).toBe(make('a/admin', 'one'));
    expect(make('a/admin', 'one')).not.toBe(make('b/admin', 'one'));
    expect(make('a/admin', 'one')).not.toBe(make('a/admin', 'two'));
  });

  test('refuses what clients would normalise differently, without showing it', () => {
    expect(() => scramVerifier(new Secret('pass\u00adword'), Buffer.alloc(16))).toThrow(
      'a password is printable ASCII',
    );
  });
});
