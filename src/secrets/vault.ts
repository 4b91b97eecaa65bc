import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../errors.js';
import { Secret } from '../shell/secret.js';
import type { MasterKey } from './master-key.js';

const algorithm = 'aes-256-gcm';

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, ciphertext, each base64url, joined by dots. `aad` is authenticated with it. */
export function encrypt(key: Buffer, plaintext: Buffer, aad: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return [nonce, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url')).join('.');
}

/** The reverse of {@link encrypt}. Throws where key, aad or text do not belong together. */
export function decrypt(key: Buffer, text: string, aad: string): Buffer {
  const [nonce, tag, ciphertext] = text.split('.').map((part) => Buffer.from(part, 'base64url'));
  // The last character of a part has bits that say nothing: no text but the one that was written is taken.
  const written = [nonce, tag, ciphertext].map((part) => part?.toString('base64url')).join('.');
  if (written !== text) throw new Error('not a sealed text');
  if (nonce === undefined || tag?.length !== 16 || ciphertext === undefined) throw new Error('not a sealed text');
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: 16 })
    .setAAD(Buffer.from(aad))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** A data key as it is stored: wrapped by a master key that is known by its id. */
export interface WrappedKey {
  readonly id: string;
  readonly masterKeyId: string;
  readonly wrapped: string;
}

/** Wraps a new data key; its row's id is the associated data. */
export const wrapNewKey = (id: string, master: MasterKey): WrappedKey => ({
  id,
  masterKeyId: master.id,
  wrapped: encrypt(master.key, randomBytes(32), id),
});

/**
 * Envelope encryption: texts are sealed with a data key, the data key with the master key. The id of the row that a text
 * belongs to is its associated data, so that a sealed text moved to another row does not open.
 */
export class Vault {
  private readonly keys = new Map<string, Buffer>();
  private readonly current: string;

  /** Throws UNAVAILABLE where none of `masters` opens a stored key. `stored` is not empty; its last one seals. */
  constructor(stored: readonly WrappedKey[], masters: readonly MasterKey[]) {
    for (const key of stored) this.keys.set(key.id, unwrap(key, masters));
    this.current = stored.at(-1)?.id ?? '';
  }

  /** `v1.<data key id>.<nonce>.<tag>.<ciphertext>` */
  seal(secret: Secret, rowId: string): string {
    return `v1.${this.current}.${encrypt(this.keyOf(this.current), Buffer.from(secret.reveal()), rowId)}`;
  }

  open(sealed: string, rowId: string): Secret {
    const [version, keyId, ...rest] = sealed.split('.');
    if (version !== 'v1' || keyId === undefined) throw new Error('not a sealed text');
    return new Secret(decrypt(this.keyOf(keyId), rest.join('.'), rowId).toString());
  }

  /** What proves that a text comes from whoever has these keys: HMAC-SHA-256, base64url. */
  sign(text: string): string {
    return signature(this.keyOf(this.current), text).toString('base64url');
  }

  /** Whether {@link sign} has made it of this text, with the present data key or an earlier one. In constant time. */
  isSigned(text: string, given: string): boolean {
    const bytes = Buffer.from(given, 'base64url');
    if (bytes.toString('base64url') !== given) return false;
    return [...this.keys.values()].some((key) => {
      const expected = signature(key, text);
      return bytes.length === expected.length && timingSafeEqual(bytes, expected);
    });
  }

  private keyOf(id: string): Buffer {
    const key = this.keys.get(id);
    if (key === undefined) throw new Error(`no data key ${id}`);
    return key;
  }
}

/** A key of its own for signatures: the data key itself only seals. */
const signature = (key: Buffer, text: string): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', key, '', 'dtrove signatures', 32)))
    .update(text)
    .digest();

/** The same data key, wrapped by the present master key; itself where it is already. */
export function rewrap(stored: WrappedKey, masters: readonly [MasterKey, ...MasterKey[]]): WrappedKey {
  const [present] = masters;
  if (stored.masterKeyId === present.id) return stored;
  const { id } = stored;
  return { id, masterKeyId: present.id, wrapped: encrypt(present.key, unwrap(stored, masters), id) };
}

function unwrap({ id, masterKeyId, wrapped }: WrappedKey, masters: readonly MasterKey[]): Buffer {
  const master = masters.find((candidate) => candidate.id === masterKeyId);
  if (master !== undefined) return opened(master, id, wrapped);
  throw new DomainError(
    'UNAVAILABLE',
    `the master key does not open the stored secrets: they were sealed with key ${masterKeyId}, this one is ${masters.map((candidate) => candidate.id).join(', ')}. Set DTROVE_SECRET_KEY to the key that this database was made with`,
  );
}

function opened({ key }: MasterKey, id: string, wrapped: string): Buffer {
  try {
    return decrypt(key, wrapped, id);
  } catch (cause) {
    throw new DomainError('UNAVAILABLE', `the stored data key ${id} is damaged; restore the database from a backup`, {
      cause,
    });
  }
}
