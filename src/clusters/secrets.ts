import type { EntityManager } from 'typeorm';
import { StoredSecret } from '../../schema/stored-secret.js';
import { newId } from '../ids.js';
import type { Vault } from '../secrets/vault.js';
import { Secret } from '../shell/secret.js';

/** What is kept sealed of a cluster or an instance. */
export type SecretName = 'admin-password' | 'replication-password' | 'authority-key' | 'host-key' | 'tls-key';

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
