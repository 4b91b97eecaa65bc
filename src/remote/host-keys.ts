import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2';
import { unreachable } from './connection.js';
import type { Door, HostKeys } from './remote.js';

/** One of each kind, the best first. */
const kinds: readonly (readonly ServerHostKeyAlgorithm[])[] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];

/**
 * Asks an sshd for its host keys, kind by kind, until one is accepted, as ssh-keyscan does: it is hung up on before
 * anybody logs in. Throws REMOTE_UNREACHABLE.
 */
export async function scanHostKeys(
  place: Door,
  way: () => Promise<Duplex | undefined>,
  accepts: (publicKey: string) => boolean,
  timeoutMs: number,
): Promise<HostKeys> {
  const seen: string[] = [];
  for (const kind of kinds) {
    const key = await shown(place, await way(), kind, timeoutMs);
    if (key === null) continue;
    seen.push(key);
    if (accepts(key)) return { accepted: key, seen };
  }
  if (seen.length === 0) throw unreachable(place, 'it has no host key of a kind that DTrove knows');
  return { accepted: null, seen };
}

/** The key of one kind; null where the server has none of it. */
async function shown(
  place: Door,
  sock: Duplex | undefined,
  kind: readonly ServerHostKeyAlgorithm[],
  timeoutMs: number,
): Promise<string | null> {
  const client = new ssh2.Client();
  let key: string | null = null;
  const ended = Promise.race([once(client, 'close'), once(client, 'end')]);
  let failure: Error | null = null;
  client.on('error', (error) => {
    failure ??= error;
    client.destroy();
  });
  client.connect({
    ...(sock === undefined ? { host: place.host, port: place.port } : { sock }),
    username: place.user,
    algorithms: { serverHostKey: [...kind] },
    authHandler: [],
    readyTimeout: timeoutMs,
    hostVerifier: (presented: Buffer) => {
      key = lineOf(presented);
      return false;
    },
  });
  await ended.catch(() => undefined);
  client.destroy();
  return keyOr(key, failure, place);
}

function keyOr(key: string | null, failure: Error | null, place: Door): string | null {
  if (key !== null) return key;
  // A server without a key of this kind ends the handshake by saying so.
  if (failure === null || /no matching host key|handshake failed/i.test(failure.message)) return null;
  throw unreachable(place, failure.message, failure);
}

/** A raw public key as an OpenSSH line. */
function lineOf(raw: Buffer): string {
  const length = raw.readUInt32BE(0);
  return `${raw.subarray(4, 4 + length).toString('ascii')} ${raw.toString('base64')}`;
}
