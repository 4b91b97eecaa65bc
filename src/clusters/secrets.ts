import type { EntityManager } from 'typeorm';
import { Instance } from '../../schema/instance.js';
import { Key } from '../../schema/key.js';
import { StoredSecret } from '../../schema/stored-secret.js';
import { newId } from '../ids.js';
import type { Vault } from '../secrets/vault.js';
import { Secret } from '../shell/secret.js';

/** What is kept sealed of a cluster, an instance, a backup or a store of backups. */
export type SecretName =
  'admin-password' | 'replication-password' | 'authority-key' | 'host-key' | 'tls-key' | 'backup-key' | 'store-secret';

/** Keeps a secret of `ownerId`, unless there is one of that name already: what is made once stays. */
export async function keepSecret(
  tx: EntityManager,
  vault: Vault,
  ownerId: string,
  name: SecretName,
  secret: Secret,
): Promise<void> {
  const id = newId();
  await tx
    .createQueryBuilder()
    .insert()
    .into(StoredSecret)
    .values({ id, ownerId, name, sealed: vault.seal(secret, id) })
    .orIgnore()
    .execute();
}

/** All secrets of the given owners, opened: `get(ownerId, name)`; an empty secret where there is none. */
export async function openSecrets(
  db: EntityManager,
  vault: Vault,
  ownerIds: readonly string[],
): Promise<(ownerId: string, name: SecretName) => Secret> {
  const rows = await db
    .createQueryBuilder(StoredSecret, 's')
    .where('s.owner_id = ANY(:ownerIds)', { ownerIds })
    .getMany();
  const opened = new Map(rows.map(({ id, ownerId, name, sealed }) => [`${ownerId}/${name}`, vault.open(sealed, id)]));
  return (ownerId, name) => opened.get(`${ownerId}/${name}`) ?? new Secret('');
}

/** All that is kept sealed of a cluster, its instances and its key: what must show nowhere. */
export async function everySecret(db: EntityManager, vault: Vault, clusterId: string): Promise<Secret[]> {
  const instances = await db.find(Instance, { where: { clusterId }, select: { id: true } });
  const owners = [clusterId, ...instances.map(({ id }) => id)];
  const rows = await db.createQueryBuilder(StoredSecret, 's').where('s.owner_id = ANY(:owners)', { owners }).getMany();
  const keys = await db.findBy(Key, { clusterId });
  return [
    ...rows.map(({ id, sealed }) => vault.open(sealed, id)),
    ...keys.flatMap((key) => [vault.open(key.privateKey, key.id), vault.open(key.passphrase, key.id)]),
  ].filter((secret) => secret.reveal() !== '');
}
