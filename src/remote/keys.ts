import { createHash, randomBytes } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { Secret } from '../shell/secret.js';

const { generateKeyPairSync, parseKey } = ssh2.utils;

/** The key pair of a cluster. `privateKey` is in OpenSSH format, locked with `passphrase`. */
export interface KeyPair {
  /** One OpenSSH line, `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string;
  readonly privateKey: Secret;
  readonly passphrase: Secret;
}

/** Reads a public or private key. Throws an Error that says what is wrong, never what the key is. */
export function readKey(text: string, passphrase?: string): ParsedKey {
  const parsed = parseKey(text, passphrase);
  if (parsed instanceof Error) throw new Error(`cannot read the SSH key: ${parsed.message}`, { cause: parsed });
  return parsed;
}

/** Two lengths, the name `ssh-ed25519`, and the key. */
const publicBytes = 4 + 11 + 4 + 32;

function generate(comment: string, passphrase?: string): { readonly public: string; readonly private: string } {
  for (;;) {
    const pair = generateKeyPairSync('ed25519', {
      comment,
      // The passphrase has 256 random bits: stretching it further would only cost time, 20 ms a round.
      ...(passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 1 }),
    });
    // One in 256 pairs that ssh2 makes is broken: it drops a zero byte that the public key begins with, in both halves.
    // So the public half tells, and the private one need not be unlocked, which takes 20 ms.
    const half = parseKey(pair.public);
    if (!(half instanceof Error) && half.getPublicSSH().length === publicBytes)
      return { public: pair.public.trim(), private: pair.private };
  }
}

/** A new ed25519 key pair, locked with a random passphrase. `comment` names it for people. */
export function createKeyPair(comment: string): KeyPair {
  const passphrase = randomBytes(32).toString('base64url');
  const pair = generate(comment, passphrase);
  return { publicKey: pair.public, privateKey: new Secret(pair.private), passphrase: new Secret(passphrase) };
}

/** A new ed25519 host key for a server that is to be made; not locked, as sshd has to read it. */
export function createHostKey(): { readonly publicKey: string; readonly privateKey: Secret } {
  const pair = generate('');
  return { publicKey: pair.public, privateKey: new Secret(pair.private) };
}

/** The raw public key of an OpenSSH line. */
export const rawKey = (publicKey: string): Buffer => readKey(publicKey).getPublicSSH();

/** `SHA256:…` of an OpenSSH line or a raw public key, as ssh-keygen prints it. */
export function fingerprint(publicKey: string | Buffer): string {
  const raw = typeof publicKey === 'string' ? rawKey(publicKey) : publicKey;
  return `SHA256:${createHash('sha256').update(raw).digest('base64').replace(/=+$/, '')}`;
}

/** Unlocks private keys and keeps the last `limit`: one cluster's servers share a key, and unlocking takes 20 ms. */
export function createKeyRing(limit = 256): (privateKey: Secret, passphrase: Secret) => ParsedKey {
  const unlocked = new Map<string, ParsedKey>();
  return (privateKey, passphrase) => {
    const id = createHash('sha256').update(`${passphrase.reveal()}\n${privateKey.reveal()}`).digest('base64');
    const key = unlocked.get(id) ?? readKey(privateKey.reveal(), passphrase.reveal());
    unlocked.delete(id);
    unlocked.set(id, key);
    for (const oldest of unlocked.keys()) {
      if (unlocked.size <= limit) break;
      unlocked.delete(oldest);
    }
    return key;
  };
}
