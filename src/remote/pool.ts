import { createKeyRing } from './keys.js';
import { nameOf } from './connection.js';
import type { RemotePool, Target } from './remote.js';
import { SshRemote, type SshOptions } from './ssh.js';

/** Keeps one connection a server, however many ask for it. A new host key, login or prefix is a new server. */
export function createRemotePool(options: SshOptions = {}): RemotePool {
  const unlock = createKeyRing();
  const remotes = new Map<string, { readonly target: Target; readonly remote: SshRemote }>();

  const drop = (id: string, remote: SshRemote): Promise<void> => {
    remotes.delete(id);
    return remote.close();
  };

  return {
    get(target) {
      const id = `${nameOf(target)} ${target.hostKey} ${target.prefix ?? ''}`;
      const known = remotes.get(id);
      if (known !== undefined) return known.remote;
      const remote = new SshRemote(target, unlock, options);
      remotes.set(id, { target, remote });
      return remote;
    },

    forget(host, port) {
      for (const [id, { target, remote }] of remotes) {
        if (target.host === host && target.port === port) void drop(id, remote);
      }
    },

    async close() {
      await Promise.all([...remotes].map(([id, { remote }]) => drop(id, remote)));
    },
  };
}
