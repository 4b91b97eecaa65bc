import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostKey, createKeyPair } from '../../src/remote/keys.js';
import { createRemotePool } from '../../src/remote/pool.js';
import type { ByteRemote } from '../../src/remote/remote.js';
import { local } from '../../src/providers/local/index.js';
import type { Server } from '../../src/providers/provider.js';
import { gatherFacts, parseFacts, type ServerFacts } from '../../src/shell/facts.js';

/** A server of the provider `local`, with a way to it over SSH. */
export interface LabServer {
  readonly key: string;
  readonly addr: string;
  readonly port: number;
  readonly facts: ServerFacts;
  readonly remote: ByteRemote;
}

/** Servers for one suite, in a directory of their own. */
export interface Lab {
  add(): Promise<LabServer>;
  /** Destroys what was made. */
  close(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined };

/** Makes real servers with the provider `local`, the way the control plane does. */
export async function openLab(): Promise<Lab> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'dtrove-lab-')));
  // As root the servers' user must pass through it, else they are put outside of it.
  await chmod(dataDir, 0o711);
  const provider = await local.build({ dataDir, env: process.env, log: quiet });
  const pool = createRemotePool();
  const keys = createKeyPair('lab');
  const clusterId = randomUUID();
  const made: Server[] = [];
  const { signal } = new AbortController();

  return {
    async add() {
      const key = randomUUID();
      const hostKey = createHostKey();
      const server = await provider.create(
        {
          key,
          name: key,
          clusterId,
          flavor: provider.defaultFlavor,
          image: '',
          user: 'dtrove',
          authorizedKey: keys.publicKey,
          hostKey,
        },
        signal,
      );
      made.push(server);
      const { addr, port, sshPort } = server;
      if (addr === null || port === null) throw new Error(`the server has no address: ${server.message}`);
      const remote = pool.get({ ...keys, host: addr, port: sshPort, user: 'dtrove', hostKey: hostKey.publicKey });
      const { stdout } = await remote.run(gatherFacts());
      return { key, addr, port, facts: parseFacts(stdout), remote };
    },

    async close() {
      await Promise.all(made.map(({ id }) => provider.destroy(id, signal)));
      await pool.close();
      await provider.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
