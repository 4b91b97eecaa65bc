import { DomainError, messageOf } from '../errors.js';
import { fingerprint, readKey } from '../remote/keys.js';
import type { Door, Hop, RemotePool } from '../remote/remote.js';
import { wrong, type Pins } from './wish.js';

/** Puts the bastion's name before the names of its fields. */
export type FieldOf = (field: string) => string;

const kindAndKey = (line: string): string => line.split(/\s+/).slice(0, 2).join(' ');

/** A host key as it was given, without what ssh-keyscan puts before it. */
function given(line: string, field: string): string {
  const start = line.search(/\b(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+) /);
  try {
    const parsed = readKey(line.slice(Math.max(0, start)));
    return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
  } catch (error) {
    throw wrong(field, `is no public key of OpenSSH: ${messageOf(error)}`);
  }
}

/**
 * The host key to pin: the one that was given, else that of the fingerprint, else (only where that was asked for) the
 * one that is shown now. Nothing is sent to a server before. Throws BAD_USER_INPUT, naming the fingerprints it shows.
 */
export async function pinOf(
  remotes: RemotePool,
  place: Door & { readonly via?: Hop | undefined },
  { hostKey, hostKeyFingerprint, trustOnFirstUse }: Pins,
  fieldOf: FieldOf,
): Promise<string> {
  if (hostKey != null) return given(hostKey, fieldOf('hostKey'));
  if (hostKeyFingerprint == null && !trustOnFirstUse) {
    const words =
      'say how it is known: hostKeyFingerprint or hostKey, or trustOnFirstUse where nobody can come between';
    throw wrong(fieldOf('hostKeyFingerprint'), words);
  }
  const wanted = hostKeyFingerprint?.replace(/=$/, '');
  const accepts = (key: string) => wanted === undefined || fingerprint(key) === wanted;
  const { accepted, seen } = await remotes.hostKeyOf(place, accepts).catch(onField(fieldOf('address')));
  if (accepted !== null) return accepted;
  const shown = seen.map((key) => `${fingerprint(key)} (${kindAndKey(key).split(' ')[0] ?? ''})`).join(', ');
  throw wrong(
    fieldOf('hostKeyFingerprint'),
    `the server at ${place.host}:${place.port} has another host key: it shows ${shown}. Nothing was sent to it`,
  );
}

/** The same error, told of a field. */
export const onField =
  (field: string) =>
  (error: unknown): never => {
    if (!(error instanceof DomainError) || error.field !== undefined) throw error;
    const { code, message, retryable, cause } = error;
    throw new DomainError(code, `${field}: ${message}`, { field, retryable, cause });
  };
