import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Cluster } from '../schema/cluster.js';
import { ConfigurationPlan } from '../schema/configuration-plan.js';
import { Configuration } from '../schema/configuration.js';
import { ClusterOperationPayload } from '../schema/payloads.js';
import type { Context } from '../src/context.js';

const which = { description: 'Which cluster.' };
const version = { nullable: true, description: 'Which version of it; the newest unless given.' };

@Resolver(() => Cluster)
export class ClusterConfigurationResolver {
  @Authorized()
  @Query(() => ConfigurationPlan, {
    description:
      'What attaching a configuration to a cluster, or detaching the one it has, would change on which instance, what needs a restart, and in which order the instances would go. Touches nothing.',
  })
  planConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('clusterId', () => ID, which) clusterId: string,
    @Arg('configurationId', () => ID, {
      nullable: true,
      description: 'What would be attached; unless given, the plan is that of `detachConfiguration`.',
    })
    configurationId?: string | null,
    @Arg('version', () => Int, version) wanted?: number | null,
  ): Promise<ConfigurationPlan> {
    return configurations.plan({ clusterId, configurationId: configurationId ?? null, version: wanted ?? null });
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description:
      'Brings an active cluster onto a configuration, in place of the one it has: as `planConfiguration` tells, one instance at a time, each well again before the next. Where one does not bear it, all are put back, the operation fails in the engine’s own words, and the cluster is ACTIVE as before.',
  })
  attachConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('clusterId', () => ID, which) clusterId: string,
    @Arg('configurationId', () => ID, { description: 'What it shall have.' }) configurationId: string,
    @Arg('version', () => Int, version) wanted?: number | null,
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description: 'The same key and input again gives the same operation; with another input, CONFLICT.',
    })
    idempotencyKey?: string | null,
  ): Promise<ClusterOperationPayload> {
    const wish = { clusterId, configurationId, version: wanted ?? null, idempotencyKey: idempotencyKey ?? null };
    return configurations.attach(wish);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description: 'Brings an active cluster off its configuration, back to the parameters it was made with.',
  })
  detachConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('clusterId', () => ID, which) clusterId: string,
  ): Promise<ClusterOperationPayload> {
    return configurations.detach(clusterId);
  }

  @FieldResolver(() => Configuration, { nullable: true, description: 'The configuration that is attached to it.' })
  configuration(@Root() { configurationId }: Cluster, @Ctx() { loaders }: Context): Promise<Configuration | null> {
    return configurationId == null ? Promise.resolve(null) : loaders.configuration.load(configurationId);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether its configuration has a newer version than its servers have: attach it again to bring it in.',
  })
  async configurationOutdated(
    @Root() { configurationId, configurationVersion }: Cluster,
    @Ctx() { loaders }: Context,
  ): Promise<boolean> {
    if (configurationId == null) return false;
    const configuration = await loaders.configuration.load(configurationId);
    return configuration !== null && configuration.version !== configurationVersion;
  }
}
