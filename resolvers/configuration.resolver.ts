import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Cluster } from '../schema/cluster.js';
import { CreateConfigurationInput, UpdateConfigurationInput } from '../schema/configuration-inputs.js';
import { ConfigurationParameter } from '../schema/configuration-parameter.js';
import { Configuration, ConfigurationVersion } from '../schema/configuration.js';
import { Datastore } from '../schema/datastore.js';
import type { Context } from '../src/context.js';

@Resolver(() => Configuration)
export class ConfigurationResolver {
  @Authorized()
  @Query(() => [ConfigurationParameter], {
    description:
      'The parameters of a datastore’s engine, in the order of their names, as the engine itself tells of them.',
  })
  configurationParameters(
    @Ctx() { configurations }: Context,
    @Arg('datastoreId', () => ID, { description: 'Which datastore.' }) datastoreId: string,
  ): Promise<ConfigurationParameter[]> {
    return configurations.parameters(datastoreId);
  }

  @Authorized()
  @Query(() => [Configuration], { description: 'All configurations, oldest first.' })
  configurations(@Ctx() { configurations }: Context): Promise<Configuration[]> {
    return configurations.list();
  }

  @Authorized()
  @Query(() => Configuration, {
    nullable: true,
    description: 'One configuration; null where there is none of that id.',
  })
  configuration(
    @Ctx() { configurations }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Configuration | null> {
    return configurations.find(id);
  }

  @Authorized()
  @Mutation(() => Configuration, {
    description:
      'Makes a configuration. Values are checked against the catalogue; one that is wrong is refused in words.',
  })
  createConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('input', () => CreateConfigurationInput, { description: 'The configuration that is wanted.' })
    input: CreateConfigurationInput,
  ): Promise<Configuration> {
    return configurations.create(input);
  }

  @Authorized()
  @Mutation(() => Configuration, {
    description:
      'Changes a configuration, which makes a new version where values change. Clusters keep the version that they have, and show themselves outdated, until it is attached to them again.',
  })
  updateConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('input', () => UpdateConfigurationInput, { description: 'What shall be another way.' })
    input: UpdateConfigurationInput,
  ): Promise<Configuration> {
    return configurations.update(input);
  }

  @Authorized()
  @Mutation(() => Configuration, {
    description:
      'Takes parameters out of a configuration, which gives them back to what they are by themselves; makes a new version, as `updateConfiguration` does.',
  })
  resetConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('id', () => ID, { description: 'Which configuration.' }) id: string,
    @Arg('names', () => [String], { nullable: true, description: 'Which parameters; all unless given.' })
    names?: string[] | null,
  ): Promise<Configuration> {
    return configurations.reset(id, names ?? null);
  }

  @Authorized()
  @Mutation(() => Configuration, {
    description: 'Makes a new version with the values of an older one; clusters keep what they have.',
  })
  rollbackConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('id', () => ID, { description: 'Which configuration.' }) id: string,
    @Arg('version', () => Int, { description: 'Whose values it shall have again.' }) version: number,
  ): Promise<Configuration> {
    return configurations.rollBack(id, version);
  }

  @Authorized()
  @Mutation(() => Configuration, {
    description: 'Deletes a configuration with its history; returns it as it was. CONFLICT while a cluster has it.',
  })
  deleteConfiguration(
    @Ctx() { configurations }: Context,
    @Arg('id', () => ID, { description: 'Which configuration.' }) id: string,
  ): Promise<Configuration> {
    return configurations.delete(id);
  }

  @FieldResolver(() => Datastore, { description: 'Whose parameters they are.' })
  datastore(@Root() { datastoreId }: Configuration, @Ctx() { loaders }: Context): Promise<Datastore | null> {
    return loaders.datastore.load(datastoreId);
  }

  @FieldResolver(() => [Cluster], { description: 'The clusters that have it, in whatever version.' })
  clusters(@Root() { id }: Configuration, @Ctx() { loaders }: Context): Promise<Cluster[]> {
    return loaders.clustersOfConfiguration.load(id);
  }

  @FieldResolver(() => [ConfigurationVersion], { description: 'All its versions, newest first.' })
  history(@Root() { id }: Configuration, @Ctx() { loaders }: Context): Promise<ConfigurationVersion[]> {
    return loaders.versionsOf.load(id);
  }
}
