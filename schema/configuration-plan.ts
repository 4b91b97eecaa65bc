import { Field, Int, ObjectType } from 'type-graphql';
import { Configuration } from './configuration.js';
import { Cluster } from './cluster.js';
import { Instance } from './instance.js';

@ObjectType({ description: 'A parameter that would change on an instance.' })
export class PlannedChange {
  @Field(() => String, { description: 'Name of the parameter.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What it has now, as it is set or as the engine has it by itself.',
  })
  from!: string | null;

  @Field(() => String, { nullable: true, description: 'What it would have.' })
  to!: string | null;

  @Field(() => String, { nullable: true, description: 'What a bare number counts.' })
  unit!: string | null;

  @Field(() => Boolean, { description: 'Whether it is in force only after a restart of the database.' })
  needsRestart!: boolean;
}

@ObjectType({ description: 'What would be done on one instance, at one time.' })
export class PlannedInstance {
  @Field(() => Int, { description: 'Its place in the order, from 1 on: the next begins when this one is well again.' })
  order!: number;

  @Field(() => Instance, { description: 'Which instance.' })
  instance!: Instance;

  @Field(() => Boolean, {
    description: 'Whether its database would be restarted; else it takes the changes while it runs.',
  })
  needsRestart!: boolean;

  @Field(() => [PlannedChange], { description: 'What would change on it.' })
  changes!: PlannedChange[];
}

@ObjectType({ description: 'What attaching or detaching a configuration would do to a cluster.' })
export class ConfigurationPlan {
  @Field(() => Cluster, { description: 'The cluster.' })
  cluster!: Cluster;

  @Field(() => Configuration, { nullable: true, description: 'What would be attached; null: it would be detached.' })
  configuration!: Configuration | null;

  @Field(() => Int, { nullable: true, description: 'Which version of it: give it to `attachConfiguration`.' })
  version!: number | null;

  @Field(() => Boolean, { description: 'Whether any database would be restarted.' })
  needsRestart!: boolean;

  @Field(() => String, { description: 'Why the instances go in this order, in words.' })
  reason!: string;

  @Field(() => [PlannedInstance], {
    description:
      'The instances in the order in which they would go, one at a time; one that has to go twice is listed twice. Empty where nothing changes.',
  })
  instances!: PlannedInstance[];
}
