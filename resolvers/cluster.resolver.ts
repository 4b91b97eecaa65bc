import {
  Arg,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Backup } from '../schema/backup.js';
import { Cluster, Endpoint } from '../schema/cluster.js';
import { Datastore } from '../schema/datastore.js';
import { AddNodeInput, CreateClusterInput, GrowVolumesInput, RemoveNodeInput } from '../schema/inputs.js';
import { Instance } from '../schema/instance.js';
import { Key } from '../schema/key.js';
import { ClusterConnection, OperationConnection } from '../schema/paging.js';
import { ClusterOperationPayload, CreateClusterPayload, ForceDeletePayload } from '../schema/payloads.js';
import { watchCluster } from '../src/clusters/watch.js';
import type { Context } from '../src/context.js';

const first = { defaultValue: 20, description: 'How many, 1 to 100.' };
const after = { nullable: true, description: 'The cursor after which the page begins.' };

@Resolver(() => Cluster)
export class ClusterResolver {
  @Authorized()
  @Query(() => ClusterConnection, { description: 'The clusters that are not deleted, oldest first, a page at a time.' })
  clusters(
    @Ctx() { clusters }: Context,
    @Arg('first', () => Int, { ...first, nullable: true }) size: number | null,
    @Arg('after', () => String, after) cursor?: string | null,
  ): Promise<ClusterConnection> {
    return clusters.page({ first: size ?? first.defaultValue, after: cursor });
  }

  @Authorized()
  @Query(() => Cluster, {
    nullable: true,
    description: 'One cluster, also a deleted one; null where there is none of that id.',
  })
  cluster(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Cluster | null> {
    return clusters.cluster(id);
  }

  @Authorized()
  @Mutation(() => CreateClusterPayload, {
    description: 'Makes a cluster. Returns at once; follow `operationProgress` until it ends.',
  })
  createCluster(
    @Ctx() { clusters }: Context,
    @Arg('input', () => CreateClusterInput, { description: 'The cluster that is wanted.' }) input: CreateClusterInput,
  ): Promise<CreateClusterPayload> {
    return clusters.create(input);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, { description: 'Adds nodes to an active cluster.' })
  addNode(
    @Ctx() { clusters }: Context,
    @Arg('input', () => AddNodeInput, { description: 'Which cluster, and how many.' }) input: AddNodeInput,
  ): Promise<ClusterOperationPayload> {
    return clusters.addNodes(input);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description: 'Takes a replica out of an active cluster and destroys its server.',
  })
  removeNode(
    @Ctx() { clusters }: Context,
    @Arg('input', () => RemoveNodeInput, { description: 'Which cluster, and which node.' }) input: RemoveNodeInput,
  ): Promise<ClusterOperationPayload> {
    return clusters.removeNode(input);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description: 'Makes the volumes of an active cluster larger, while they are in use.',
  })
  growVolumes(
    @Ctx() { clusters }: Context,
    @Arg('input', () => GrowVolumesInput, { description: 'Which cluster, and how large.' }) input: GrowVolumesInput,
  ): Promise<ClusterOperationPayload> {
    return clusters.growVolumes(input);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description: 'Restarts the database on every node of an active cluster, one at a time, the replicas first.',
  })
  restartCluster(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Which cluster.' }) id: string,
  ): Promise<ClusterOperationPayload> {
    return clusters.restart(id);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description: 'Deletes a cluster with its servers and all data, whatever state it is in.',
  })
  deleteCluster(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Which cluster.' }) id: string,
    @Arg('deleteBackups', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Whether its backups go with it; they stay unless so asked.',
    })
    deleteBackups: boolean | null,
  ): Promise<ClusterOperationPayload> {
    return clusters.delete(id, deleteBackups ?? false);
  }

  @Authorized()
  @Mutation(() => ForceDeletePayload, {
    description:
      'Gets rid of a cluster whatever state it is in: an operation that works on it is ended, and what its provider cannot remove is left behind, named in the message of the operation, and listed by `orphans` once the provider answers.',
  })
  forceDeleteCluster(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Which cluster.' }) id: string,
  ): Promise<ForceDeletePayload> {
    return clusters.forceDelete(id);
  }

  @Authorized()
  @Subscription(() => Cluster, {
    description: 'Every change of a cluster’s status, beginning with the present one; completes when it is deleted.',
    subscribe: ({ args, context }: { args: { id: string }; context: Context }) =>
      watchCluster(context.watching, args.id, context.cutOff),
  })
  clusterStatus(
    @Arg('id', () => ID, { description: 'Which cluster.' }) _id: string,
    @Root() cluster: Cluster,
  ): Cluster {
    return cluster;
  }

  @FieldResolver(() => Datastore, { description: 'What it runs.' })
  datastore(@Root() { datastoreId }: Cluster, @Ctx() { loaders }: Context): Promise<Datastore | null> {
    return loaders.datastore.load(datastoreId);
  }

  @FieldResolver(() => [Instance], { description: 'Its servers, oldest first.' })
  instances(@Root() { id }: Cluster, @Ctx() { loaders }: Context): Promise<Instance[]> {
    return loaders.instancesOf.load(id);
  }

  @FieldResolver(() => [Endpoint], { description: 'Where clients connect to: one for each node that has an address.' })
  async endpoints(@Root() { id, datastoreId }: Cluster, @Ctx() { loaders, clusters }: Context): Promise<Endpoint[]> {
    const [datastore, instances] = await Promise.all([
      loaders.datastore.load(datastoreId),
      loaders.instancesOf.load(id),
    ]);
    return datastore === null ? [] : clusters.endpoints(datastore, instances);
  }

  @FieldResolver(() => Key, {
    nullable: true,
    description: 'The SSH key that opens its servers; null until it is made.',
  })
  async key(@Root() { id }: Cluster, @Ctx() { loaders }: Context): Promise<Key | null> {
    const [key] = await loaders.keysOf.load(id);
    return key ?? null;
  }

  @FieldResolver(() => Backup, {
    nullable: true,
    description: 'The newest backup that was begun, whatever became of it; null where there is none.',
  })
  async lastBackup(@Root() { id }: Cluster, @Ctx() { loaders }: Context): Promise<Backup | null> {
    const [backup] = await loaders.lastBackupOf.load(id);
    return backup ?? null;
  }

  @FieldResolver(() => OperationConnection, { description: 'What was done to it, newest first, a page at a time.' })
  operations(
    @Root() { id }: Cluster,
    @Ctx() { loaders }: Context,
    @Arg('first', () => Int, { ...first, nullable: true }) size: number | null,
    @Arg('after', () => String, after) cursor?: string | null,
  ): Promise<OperationConnection> {
    return loaders.operationsOf({ first: size ?? first.defaultValue, after: cursor }).load(id);
  }
}
