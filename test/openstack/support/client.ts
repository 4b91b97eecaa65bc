import type { Provider } from '../../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../../src/remote/keys.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import { sh } from '../../../src/shell/command.js';
import type { Shell } from '../../machines/support/clients.js';
import { until } from '../../support/until.js';
import type { Lab } from './lab.js';
import { built, wishFor } from './wish.js';

const { signal } = new AbortController();

/** A server of its own in the cloud, from which clients reach clusters, as an application does. */
export interface ClientServer {
  readonly run: Shell;
  close(): Promise<void>;
}

export async function openClientServer(lab: Lab, provider: Provider): Promise<ClientServer> {
  const keys = createKeyPair('the client');
  const hostKey = createHostKey();
  const wish = wishFor(lab, { name: 'client', hostKey, authorizedKey: keys.publicKey });
  const { id, addr } = await provider.create(wish, signal);
  await built(provider, id, signal);
  const pool = createRemotePool();
  const target = {
    ...keys,
    host: addr ?? '',
    port: 22,
    user: wish.user,
    hostKey: hostKey.publicKey,
    prefix: 'sudo -n',
  };
  const remote = pool.get(target);
  await until('a login on the client', () => remote.run(sh`true`).catch(() => null), 300_000);
  return {
    async run(script, ...words) {
      const { code, stdout, stderr } = await remote.run(sh`sh -c ${script} sh ${words}`, { timeoutMs: 600_000 });
      if (code !== 0) throw new Error(`exit ${String(code)}: ${stdout}${stderr}`);
      return stdout;
    },
    close: () => pool.close(),
  };
}
