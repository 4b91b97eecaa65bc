import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Cluster } from '../schema/cluster.js';
import { PerformInput } from '../schema/inputs.js';
import { ConnectionInfo, Instance } from '../schema/instance.js';
import { ClusterOperationPayload } from '../schema/payloads.js';
import { watchInstances } from '../src/clusters/watch.js';
import type { Context } from '../src/context.js';

@Resolver(() => Instance)
export class InstanceResolver {
  @Authorized()
  @Query(() => Instance, {
    nullable: true,
    description: 'One server of a cluster; null where there is none of that id.',
  })
  instance(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Instance | null> {
    return clusters.instance(id);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description:
      'Runs the administrator’s own commands on one server, as root where it has systemd. The output is live in `operationProgress` and kept; the status of the cluster stays. A command is never begun a second time by itself.',
  })
  perform(
    @Ctx() { clusters }: Context,
    @Arg('input', () => PerformInput, { description: 'Where, and what.' }) input: PerformInput,
  ): Promise<ClusterOperationPayload> {
    return clusters.perform(input);
  }

  @Authorized()
  @Subscription(() => Instance, {
    description:
      'Every change of serverStatus, progress or message of the instances of one cluster, beginning with their present state; completes when the cluster is deleted.',
    subscribe: ({ args, context }: { args: { clusterId: string }; context: Context }) =>
      watchInstances(context.watching, args.clusterId, context.cutOff),
  })
  serverStatus(
    @Arg('clusterId', () => ID, { description: 'Which cluster.' }) _clusterId: string,
    @Root() instance: Instance,
  ): Instance {
    return instance;
  }

  @FieldResolver(() => Cluster, { description: 'The cluster that it belongs to.' })
  cluster(@Root() { clusterId }: Instance, @Ctx() { loaders }: Context): Promise<Cluster | null> {
    return loaders.cluster.load(clusterId);
  }

  @FieldResolver(() => String)
  message(@Root() { message, trouble }: Instance): string {
    return message === '' ? trouble : message;
  }

  @Authorized()
  @FieldResolver(() => ConnectionInfo, {
    nullable: true,
    description: 'How to reach it over SSH; null until it can be.',
  })
  connectionInfo(@Root() instance: Instance, @Ctx() { clusters, loaders }: Context): Promise<ConnectionInfo | null> {
    return clusters.connectionInfo(instance, loaders);
  }
}
