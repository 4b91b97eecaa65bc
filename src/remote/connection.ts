import type { Duplex } from 'node:stream';
import ssh2, { type AnyAuthMethod, type Client, type ServerHostKeyAlgorithm } from 'ssh2';
import { DomainError } from '../errors.js';
import { fingerprint, rawKey } from './keys.js';
import type { Door, Hop } from './remote.js';

export const nameOf = ({ user, host, port }: Door): string => `${user}@${host}:${String(port)}`;

/** Says that a server cannot be reached, and why. */
export const unreachable = (target: Door, reason: string, cause?: unknown): DomainError =>
  new DomainError('REMOTE_UNREACHABLE', `cannot reach ${nameOf(target)} over SSH: ${reason}`, {
    retryable: true,
    cause,
  });

const hostKeyChanged = (target: Hop, presented: Buffer): DomainError =>
  new DomainError(
    'HOST_KEY_CHANGED',
    `the SSH host key of ${nameOf(target)} has changed: expected ${fingerprint(target.hostKey)}, ` +
      `presented ${fingerprint(presented)}. Either another server answers at this address or its key was replaced; ` +
      'nothing was sent to it. Find out which, and replace this server if it is no longer the one that DTrove made.',
  );

export const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** The kind that is pinned first: a server with several host keys then shows that one. */
function preferring(hostKey: string): ServerHostKeyAlgorithm[] {
  const kind = hostKey.split(' ', 1)[0]?.replace(/^ssh-rsa$/, 'rsa-sha2') ?? '';
  return [...hostKeyAlgorithms].sort((a, b) => Number(b.startsWith(kind)) - Number(a.startsWith(kind)));
}

export interface ConnectOptions {
  readonly login: AnyAuthMethod;
  /** What it is spoken over in place of a TCP connection of its own: a channel of a bastion. */
  readonly sock?: Duplex | undefined;
  readonly readyTimeoutMs: number;
  readonly keepaliveMs: number;
}

/**
 * Starts a connection; `ready` resolves once it is usable, and `onClose` is called when it never will be (again).
 * `ready` rejects with DomainError REMOTE_UNREACHABLE or HOST_KEY_CHANGED.
 */
export function connect(
  target: Hop,
  { login, sock, readyTimeoutMs, keepaliveMs }: ConnectOptions,
  onClose: () => void,
): { readonly client: Client; readonly ready: Promise<Client> } {
  const client = new ssh2.Client();
  const pinned = rawKey(target.hostKey);
  const ready = new Promise<Client>((resolve, reject) => {
    let changed: DomainError | null = null;
    client.on('connect', () => {
      client.setNoDelay(true); // 3 ms a command instead of 48, and 80 ms less to log in
    });
    client.on('ready', () => {
      resolve(client);
    });
    client.on('error', (error) => {
      reject(changed ?? unreachable(target, error.message, error));
      onClose();
      client.destroy();
    });
    client.on('close', () => {
      onClose();
      reject(unreachable(target, 'the connection was closed'));
    });
    client.connect({
      ...(sock === undefined ? { host: target.host, port: target.port } : { sock }),
      username: target.user,
      authHandler: [login],
      algorithms: { serverHostKey: preferring(target.hostKey) },
      hostVerifier: (presented: Buffer) => {
        if (pinned.equals(presented)) return true;
        changed = hostKeyChanged(target, presented);
        return false;
      },
      readyTimeout: readyTimeoutMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 3,
    });
  });
  // Those who wait for it hear of a failure; when all of them have gone, nobody has to.
  ready.catch(onClose);
  return { client, ready };
}
