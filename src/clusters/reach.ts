import type { EntityManager } from 'typeorm';
import type { Instance } from '../../schema/instance.js';
import { Key } from '../../schema/key.js';
import { DomainError } from '../errors.js';
import type { Remote, Target } from '../remote/remote.js';
import type { Platform } from './platform.js';

/** The server of an instance over SSH: its pinned host key, the cluster's own key. Throws REMOTE_UNREACHABLE where it has no address yet. */
export async function reach(platform: Platform, db: EntityManager, instance: Instance): Promise<Remote> {
  const key = await db.findOneBy(Key, { clusterId: instance.clusterId });
  const { addr, sshPort, hostKey, user } = instance;
  if (key === null || addr === null || sshPort === null || hostKey === null) {
    throw new DomainError('REMOTE_UNREACHABLE', `${instance.name} has no address yet`);
  }
  const target: Target = {
    host: addr,
    port: sshPort,
    user,
    hostKey,
    privateKey: platform.vault.open(key.privateKey, key.id),
    passphrase: platform.vault.open(key.passphrase, key.id),
  };
  return platform.remotes.get(target);
}
