import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { DomainError } from '../../errors.js';
import { Secret } from '../../shell/secret.js';

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The salt of one role's password, derived from both: a plan that is made again holds the very same verifier, so its
 * check recognises what an earlier run applied. Another cluster or role has another salt for the same password.
 */
export const derivedSalt = (scope: string, password: Secret): Buffer =>
  hmac(Buffer.from(password.reveal()), scope).subarray(0, 16);

/**
 * What PostgreSQL stores for a password: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` (RFC 5802, 3; RFC 7677).
 * Who has it cannot log in with it. Throws BAD_USER_INPUT unless the password is printable ASCII, which SASLprep
 * (RFC 4013) leaves as it is, so that every client computes the same.
 */
export function scramVerifier(password: Secret, salt: Buffer, iterations = 4096): Secret {
  const text = password.reveal();
  if (!/^[\x20-\x7e]+$/.test(text)) throw new DomainError('BAD_USER_INPUT', 'a password is printable ASCII');
  const salted = pbkdf2Sync(text, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return new Secret(`SCRAM-SHA-256$${String(iterations)}:${salt.toString('base64')}$${storedKey}:${serverKey}`);
}
