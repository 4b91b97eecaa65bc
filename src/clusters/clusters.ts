import type {
  AddNodeInput,
  CreateClusterInput,
  GrowVolumesInput,
  PerformInput,
  RegisterDatastoreInput,
  RemoveNodeInput,
} from '../../schema/inputs.js';
import type { CreateClusterPayload, ClusterOperationPayload, ForceDeletePayload } from '../../schema/payloads.js';
import type { Datastore } from '../../schema/datastore.js';
import type { Instance } from '../../schema/instance.js';
import { ConnectionInfo } from '../../schema/instance.js';
import type { Endpoint } from '../../schema/cluster.js';
import type { Flavor, ProviderInfo } from '../../schema/provider.js';
import type { Operations } from '../operations/operations.js';
import { fingerprint } from '../remote/keys.js';
import { addNodes, deleteCluster, removeNode, restartCluster } from './change-cluster.js';
import { forceDelete } from './force-delete.js';
import { createCluster } from './create-cluster.js';
import { findDatastore, listDatastores, registerDatastore } from './datastores.js';
import { listFlavors, listProviders } from './offers.js';
import { endpointsOf } from './endpoints.js';
import type { Loaders } from './loaders.js';
import type { PageWish } from './paging.js';
import type { Platform } from './platform.js';
import { perform } from './perform.js';
import { findCluster, findInstance, findOperation, pageOfClusters } from './queries.js';
import { growVolumes } from './volumes.js';

/** The use cases, as the resolvers call them. */
export class Clusters {
  constructor(
    private readonly platform: Platform,
    private readonly operations: Operations,
  ) {}

  /** The same, recording what it makes with `operations`. */
  by(operations: Operations): Clusters {
    return new Clusters(this.platform, operations);
  }

  perform(input: PerformInput): Promise<ClusterOperationPayload> {
    return perform(this.platform, this.operations, input);
  }

  register(input: RegisterDatastoreInput): Promise<Datastore> {
    return registerDatastore(this.platform, input);
  }

  create(input: CreateClusterInput): Promise<CreateClusterPayload> {
    return createCluster(this.platform, this.operations, input);
  }

  addNodes(input: AddNodeInput): Promise<ClusterOperationPayload> {
    return addNodes(this.platform, this.operations, input);
  }

  removeNode(input: RemoveNodeInput): Promise<ClusterOperationPayload> {
    return removeNode(this.platform, this.operations, input);
  }

  growVolumes(input: GrowVolumesInput): Promise<ClusterOperationPayload> {
    return growVolumes(this.platform, this.operations, input);
  }

  restart(id: string): Promise<ClusterOperationPayload> {
    return restartCluster(this.platform, this.operations, id);
  }

  delete(id: string, deleteBackups: boolean): Promise<ClusterOperationPayload> {
    return deleteCluster(this.platform, this.operations, id, deleteBackups);
  }

  forceDelete(id: string): Promise<ForceDeletePayload> {
    return forceDelete(this.platform, this.operations, id);
  }

  datastores(): Promise<Datastore[]> {
    return listDatastores(this.platform.db);
  }

  providers(): Promise<ProviderInfo[]> {
    return listProviders(this.platform);
  }

  flavors(provider: string | null, datastoreId: string | null): Promise<Flavor[]> {
    return listFlavors(this.platform, provider, datastoreId);
  }

  datastore(id: string): Promise<Datastore | null> {
    return findDatastore(this.platform.db, id);
  }

  page(wish: PageWish) {
    return pageOfClusters(this.platform.db, wish);
  }

  cluster(id: string) {
    return findCluster(this.platform.db, id);
  }

  instance(id: string) {
    return findInstance(this.platform.db, id);
  }

  operation(id: string) {
    return findOperation(this.platform.db, id);
  }

  endpoints({ manager }: Datastore, instances: readonly Instance[]): Endpoint[] {
    return endpointsOf(this.platform.managers.managerOf(manager), instances);
  }

  /** How an administrator reaches an instance; null until it has an address and a key. */
  async connectionInfo(instance: Instance, loaders: Loaders): Promise<ConnectionInfo | null> {
    const { addr, sshPort, user, hostKey } = instance;
    const [key] = await loaders.keysOf.load(instance.clusterId);
    if (addr === null || sshPort === null || key === undefined) return null;
    const hostKeyFingerprint = hostKey === null ? null : fingerprint(hostKey);
    return Object.assign(new ConnectionInfo(), {
      host: addr,
      port: sshPort,
      user,
      publicKey: key.publicKey,
      hostKeyFingerprint,
    });
  }
}
