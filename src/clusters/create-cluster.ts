import { QueryFailedError, type EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Datastore } from '../../schema/datastore.js';
import { ClusterStatus } from '../../schema/enums.js';
import { Operation } from '../../schema/operation.js';
import type { CreateClusterInput } from '../../schema/inputs.js';
import { CreateClusterPayload, Credentials } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import { clusterTopic } from '../events/event.js';
import { record } from '../events/event-log.js';
import { newId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import type { Secret } from '../shell/secret.js';
import { lockForRestore } from '../backups/restorable.js';
import { configurationOf, inherited } from './configured.js';
import { findDatastore } from './datastores.js';
import { fingerprintOf, recall, remember, type Remembered } from './idempotency.js';
import { addInstances } from './new-instances.js';
import { newPassword } from './passwords.js';
import { providerOf, type Platform } from './platform.js';
import { keepSecret, openSecrets } from './secrets.js';
import { settingsToKeep } from './settings.js';
import { adminUser } from './view.js';
import { assertVolumes } from './volumes.js';
import { CreateWish, parseWish } from './wishes.js';

/** Records a cluster, its instances and the operation that makes them, in one transaction; the work begins at once. */
export async function createCluster(
  platform: Platform,
  operations: Operations,
  input: CreateClusterInput,
): Promise<CreateClusterPayload> {
  const { idempotencyKey, ...wish } = parseWish(CreateWish(platform.maxClusterSize), input);
  const fingerprint = fingerprintOf('createCluster', wish);
  // Before the transaction: a provider may ask its backend, or the database as well, and must not do so with a connection in hand.
  const [place] = await Promise.allSettled([placeOf(platform, wish)]);
  const payload = await platform.db.transaction(async (tx) => {
    const before = idempotencyKey == null ? null : await recall(tx, idempotencyKey, fingerprint);
    if (before !== null) return sameAgain(tx, platform, before);
    if (place.status === 'rejected') throw place.reason;
    const made = await make(tx, platform, operations, wish, place.value);
    if (idempotencyKey != null) {
      await remember(tx, idempotencyKey, fingerprint, { clusterId: made.cluster.id, operationId: made.operation.id });
    }
    return made;
  });
  await operations.wake(payload.operation.id);
  return payload;
}

type Wish = Omit<ReturnType<ReturnType<typeof CreateWish>['parse']>, 'idempotencyKey'>;

async function make(
  tx: EntityManager,
  platform: Platform,
  operations: Operations,
  wish: Wish,
  { datastore, provider, flavor }: Place,
): Promise<CreateClusterPayload> {
  const backup = wish.restoreFrom == null ? null : await lockForRestore(tx, wish.restoreFrom, datastore);
  const settings = settingsToKeep(platform.managers.managerOf(datastore.manager), wish.settings ?? backup?.settings);
  const cluster = Object.assign(new Cluster(), {
    id: newId(),
    name: wish.name,
    datastoreId: datastore.id,
    size: wish.size,
    status: ClusterStatus.SPAWNING,
    message: '',
    provider,
    flavor,
    volumeGb: wish.volumeGb ?? null,
    settings,
    ...(wish.configurationId == null && backup !== null
      ? await inherited(tx, backup.clusterId)
      : await configurationOf(tx, datastore, wish.configurationId)),
    settled: null,
    settledMessage: null,
    caCertificate: null,
    throwaway: false,
    createdAt: new Date(),
    deletedAt: null,
  });
  await tx.insert(Cluster, cluster).catch(asTaken(wish.name));
  await record(tx, clusterTopic(cluster.id), { cluster });
  await addInstances(tx, cluster, wish.size, platform.sshUser);
  const operation = await operations.create(tx, {
    kind: 'cluster.create',
    clusterId: cluster.id,
    input: { ...wish, provider, flavor },
  });
  // After the operation: its steps are foreseen faster without passwords, of which each costs 3 ms to derive from.
  const password = newPassword();
  await keepSecret(tx, platform.vault, cluster.id, 'admin-password', password);
  await keepSecret(tx, platform.vault, cluster.id, 'replication-password', newPassword());
  return payloadOf(platform, cluster, operation, datastore, password);
}

/** Where a cluster is going to be, and of what. */
interface Place {
  readonly datastore: Datastore;
  readonly provider: string;
  readonly flavor: string;
}

/** Throws where there is no such datastore, provider or flavor, or where the one cannot run on the other. */
async function placeOf(platform: Platform, wish: Wish): Promise<Place> {
  const datastore = await findDatastore(platform.db, wish.datastoreId);
  if (datastore === null) {
    throw new DomainError('NOT_FOUND', `there is no datastore ${wish.datastoreId}; \`datastores\` lists them`, {
      field: 'datastoreId',
    });
  }
  const provider = providerOf(platform, wish.provider ?? platform.defaultProvider);
  if (wish.volumeGb != null) assertVolumes(platform, provider, datastore);
  const refusal = await provider.refuses(datastore);
  if (refusal !== null) throw new DomainError('BAD_USER_INPUT', refusal, { field: 'datastoreId' });
  // Asked for first: some providers know their default only then.
  const offered = await provider.flavors();
  const wanted = wish.flavor ?? provider.defaultFlavor;
  const flavor = offered.find(({ name }) => name === wanted) ?? offered.find(({ id }) => id === wanted);
  if (flavor === undefined) {
    const names = offered.map(({ name }) => name).join(', ');
    throw new DomainError('BAD_USER_INPUT', `${provider.id} has no flavor "${wanted}"; it has: ${names}`, {
      field: 'flavor',
    });
  }
  return { datastore, provider: provider.id, flavor: flavor.name };
}

async function sameAgain(
  tx: EntityManager,
  platform: Platform,
  { clusterId, operationId }: Remembered,
): Promise<CreateClusterPayload> {
  const cluster = await tx.findOneByOrFail(Cluster, { id: clusterId });
  const operation = await tx.findOneByOrFail(Operation, { id: operationId });
  const datastore = await tx.findOneByOrFail(Datastore, { id: cluster.datastoreId });
  // Of a deleted cluster the password is gone: it is empty then.
  const secret = await openSecrets(tx, platform.vault, [clusterId]);
  return payloadOf(platform, cluster, operation, datastore, secret(clusterId, 'admin-password'));
}

function payloadOf(
  platform: Platform,
  cluster: Cluster,
  operation: Operation,
  { manager }: Datastore,
  password: Secret,
): CreateClusterPayload {
  const { database } = platform.managers.managerOf(manager).uri;
  const credentials = Object.assign(new Credentials(), { username: adminUser, password: password.reveal(), database });
  return Object.assign(new CreateClusterPayload(), { cluster, operation, credentials });
}

const asTaken =
  (name: string) =>
  (error: unknown): never => {
    if (
      error instanceof QueryFailedError &&
      (error.driverError as { constraint?: string }).constraint === 'cluster_name'
    ) {
      throw new DomainError('CONFLICT', `there is a cluster "${name}" already; take another name`, { field: 'name' });
    }
    throw error;
  };
