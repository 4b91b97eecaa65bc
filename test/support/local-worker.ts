import { randomUUID } from 'node:crypto';
import { local } from '../../src/providers/local/index.js';
import type { Provider, Server } from '../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../src/remote/keys.js';
import { createRemotePool } from '../../src/remote/pool.js';
import type { Remote, RemotePool } from '../../src/remote/remote.js';
import type { Secret } from '../../src/shell/secret.js';
import { quiet } from './log.js';

const keys = createKeyPair('local');
const hostKey = createHostKey();
const { signal } = new AbortController();

/** A wish for a server; `hostKey` is the same for all, and so is the key that lets in. */
export const wishFor = (key: string = randomUUID()) => ({
  key,
  name: 'db-1',
  clusterId: 'cluster-1',
  flavor: 'small',
  image: '',
  user: 'dtrove',
  authorizedKey: keys.publicKey,
  hostKey,
});

/** A wish as a program of `test/support/programs` reads it. */
export function spell(wish: ReturnType<typeof wishFor>): string {
  const reveal = (secret: Secret) => secret.reveal();
  return JSON.stringify({ ...wish, hostKey: { ...hostKey, privateKey: reveal(hostKey.privateKey) } });
}

/** The provider local in this process, and ways to its servers. */
export interface LocalWorker {
  readonly provider: Provider;
  create(key?: string): Promise<Server>;
  remote(server: Pick<Server, 'sshPort'>): Remote;
  readonly pool: RemotePool;
  /** Lets go of the servers; they stay. */
  close(): Promise<void>;
}

export async function openWorker(dataDir: string, env: Record<string, string> = {}): Promise<LocalWorker> {
  const provider = await local.build({ dataDir, env, log: quiet });
  const pool = createRemotePool();
  return {
    provider,
    pool,
    create: (key) => provider.create(wishFor(key), signal),
    remote: ({ sshPort }) =>
      pool.get({ host: '127.0.0.1', port: sshPort, user: 'dtrove', hostKey: hostKey.publicKey, ...keys }),
    async close() {
      await pool.close();
      await provider.close();
    },
  };
}

/** Destroys every server of a worker, and closes it. */
export async function endWorker(worker: LocalWorker): Promise<void> {
  for (const { id } of await worker.provider.list(signal)) await worker.provider.destroy(id, signal);
  await worker.close();
}
