import { IsNull, In, type EntityManager } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import { Instance } from '../../../schema/instance.js';
import { Key } from '../../../schema/key.js';
import { StoredSecret } from '../../../schema/stored-secret.js';
import { newId } from '../../ids.js';
import type { WorkPhase } from '../../operations/work.js';
import { createHostKey, createKeyPair } from '../../remote/keys.js';
import { createAuthority } from '../../secrets/certificates.js';
import type { Platform } from '../platform.js';
import { keepSecret } from '../secrets.js';
import { setInstance } from '../states.js';

/** The cluster's SSH key and authority, and the host keys of its new servers: recorded before any server is asked for. */
export const makeKeys = (platform: Platform, clusterId: string): WorkPhase => [
  {
    instanceId: null,
    on: null,
    steps: [
      {
        name: 'make keys',
        run: async ({ write }) => {
          const authority = await createAuthority(`DTrove cluster ${clusterId}`);
          const made = await write(async (tx) => {
            const counts = [
              await makeClusterKeys(tx, platform, clusterId, authority),
              await makeHostKeys(tx, platform, clusterId),
            ];
            return counts.some((count) => count > 0);
          });
          return made ? 'applied' : 'already done';
        },
      },
    ],
  },
];

async function makeClusterKeys(
  tx: EntityManager,
  { vault }: Platform,
  clusterId: string,
  authority: Awaited<ReturnType<typeof createAuthority>>,
): Promise<number> {
  const cluster = await tx.findOneByOrFail(Cluster, { id: clusterId });
  if (cluster.caCertificate !== null) return 0;
  const id = newId();
  const pair = createKeyPair(`dtrove ${cluster.name}`);
  await tx.insert(Key, {
    id,
    name: cluster.name,
    clusterId,
    publicKey: pair.publicKey,
    privateKey: vault.seal(pair.privateKey, id),
    passphrase: vault.seal(pair.passphrase, id),
  });
  await keepSecret(tx, vault, clusterId, 'authority-key', authority.key);
  await tx.update(Cluster, clusterId, { caCertificate: authority.certificate });
  return 1;
}

async function makeHostKeys(tx: EntityManager, { vault }: Platform, clusterId: string): Promise<number> {
  const bare = await tx.findBy(Instance, { clusterId, deletedAt: IsNull(), hostKey: IsNull() });
  for (const { id } of bare) {
    const { publicKey, privateKey } = createHostKey();
    await keepSecret(tx, vault, id, 'host-key', privateKey);
    await setInstance(tx, id, { hostKey: publicKey });
  }
  return bare.length;
}

/** The cluster's secrets are destroyed with it: its private keys, passwords and authority. */
export const forgetKeys = (clusterId: string, instanceIds: readonly string[]): WorkPhase => [
  {
    instanceId: null,
    on: null,
    steps: [
      {
        name: 'forget keys',
        run: async ({ write }) => {
          await write(async (tx) => {
            await tx.delete(StoredSecret, { ownerId: In([clusterId, ...instanceIds]) });
            await tx.delete(Key, { clusterId });
          });
          return 'applied';
        },
      },
    ],
  },
];
