import { createHash, hkdfSync } from 'node:crypto';
import { DomainError } from '../errors.js';

/** The key that wraps the data keys, and the id by which a wrapped key names it. */
export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

/** 32 bytes in base64 or hex, or a text of at least 32 characters (then stretched to 32 bytes by HKDF-SHA-256). */
export function parseMasterKey(text: string, setting: string): MasterKey {
  const trimmed = text.trim();
  const raw = /^[0-9a-fA-F]{64}$/.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : null;
  if (raw === null && trimmed.length < 32) {
    throw new DomainError(
      'BAD_USER_INPUT',
      `${setting}: give 32 bytes in base64 or hex, or a text of at least 32 characters`,
    );
  }
  const key = raw ?? Buffer.from(hkdfSync('sha256', trimmed, 'dtrove', 'master key', 32));
  return { id: createHash('sha256').update('dtrove master key id').update(key).digest('hex').slice(0, 12), key };
}
