import { createHash } from 'node:crypto';
import { nameOf } from './connection.js';
import { scanHostKeys } from './host-keys.js';
import { createKeyRing } from './keys.js';
import { Link } from './link.js';
import type { Hop, RemotePool, Target } from './remote.js';
import { SshRemote, type SshOptions } from './ssh.js';

/** Keeps one connection a server, however many ask for it. A new host key, login, bastion or prefix is a new server. */
export function createRemotePool(options: SshOptions = {}): RemotePool {
  const unlock = createKeyRing();
  const remotes = new Map<string, { readonly target: Target; readonly remote: SshRemote }>();
  const bastions = new Map<string, Link>();

  const drop = (id: string, remote: SshRemote): Promise<void> => {
    remotes.delete(id);
    return remote.close();
  };

  /** The one connection to a bastion, shared by all servers behind it. */
  const bastionOf = (via: Hop | undefined): Link | null => {
    if (via === undefined) return null;
    const id = idOf(via);
    const link = bastions.get(id) ?? new Link(via, unlock, options);
    bastions.set(id, link);
    return link;
  };

  return {
    get(target) {
      const via = target.via === undefined ? '' : idOf(target.via);
      const id = `${idOf(target)} ${target.prefix ?? ''} ${via}`;
      const known = remotes.get(id);
      if (known !== undefined) return known.remote;
      const remote = new SshRemote(target, unlock, options, bastionOf(target.via));
      remotes.set(id, { target, remote });
      return remote;
    },

    forget(host, port) {
      for (const [id, { target, remote }] of remotes) {
        if (target.host === host && target.port === port) void drop(id, remote);
      }
    },

    hostKeyOf(place, accepts) {
      const bastion = bastionOf(place.via);
      const way = () => bastion?.way(place) ?? Promise.resolve(undefined);
      return scanHostKeys(place, way, accepts, options.readyTimeoutMs ?? 10_000);
    },

    async close() {
      await Promise.all([...remotes].map(([id, { remote }]) => drop(id, remote)));
      await Promise.all([...bastions.values()].map((link) => link.close()));
    },
  };
}

const idOf = (hop: Hop): string => `${nameOf(hop)} ${hop.hostKey} ${loginOf(hop)}`;

/** Tells logins apart: a server that lives on has one key after the other. */
const loginOf = ({ agent, privateKey }: Hop): string =>
  agent ?? createHash('sha256').update(privateKey.reveal()).digest('base64');
