import type { EntityManager } from 'typeorm';
import type { Instance } from '../../schema/instance.js';
import { Cluster } from '../../schema/cluster.js';
import { Key } from '../../schema/key.js';
import { DomainError } from '../errors.js';
import type { ByteRemote, Remote, Target } from '../remote/remote.js';
import type { Provider } from '../providers/provider.js';
import { providerOf, type Platform } from './platform.js';

/** Milliseconds that a provider may take to say which bastion leads to a server. */
const bastionMs = 30_000;

/** The server of an instance over SSH: its pinned host key, the cluster's own key. Throws REMOTE_UNREACHABLE where it has no address yet. */
export async function reach(platform: Platform, db: EntityManager, instance: Instance): Promise<ByteRemote> {
  const { clusterId } = instance;
  const [key, cluster] = await Promise.all([
    db.findOneBy(Key, { clusterId }),
    db.findOneOrFail(Cluster, { where: { id: clusterId }, select: { id: true, provider: true } }),
  ]);
  const { addr, sshPort, hostKey, user } = instance;
  if (key === null || addr === null || sshPort === null || hostKey === null) {
    throw new DomainError('REMOTE_UNREACHABLE', `${instance.name} has no address yet`);
  }
  const provider = providerOf(platform, cluster.provider);
  const { server } = instance;
  const via = server === null ? null : await provider.bastionOf?.(server, AbortSignal.timeout(bastionMs));
  const target: Target = {
    host: addr,
    port: sshPort,
    user,
    hostKey,
    privateKey: platform.vault.open(key.privateKey, key.id),
    passphrase: platform.vault.open(key.passphrase, key.id),
    prefix: prefixFor(provider, user),
    via: via ?? undefined,
  };
  return platform.remotes.get(target);
}

/** The same server, to which nothing is sent that another worker might be at by now. */
export const fenced = (remote: Remote, assertHeld: () => void): Remote => ({
  run: (command, options) => remote.run(command, { ...options, before: assertHeld }),
});

/**
 * What commands need in front of them unless the operator says otherwise (`DTROVE_PREFIX`): managers of servers with
 * systemd work as root. `-n`: who may not become root is told so, and not asked for a password.
 */
export const prefixFor = ({ init }: Pick<Provider, 'init'>, user: string): string =>
  init === 'systemd' && user !== 'root' ? 'sudo -n' : '';
