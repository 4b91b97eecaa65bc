import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'An engine version to offer.' })
export class RegisterDatastoreInput {
  @Field(() => String, { description: 'Id of the engine’s driver, such as `postgres`.' })
  manager!: string;

  @Field(() => String, { description: 'Version of the engine, such as `17`.' })
  version!: string;

  @Field(() => String, { description: 'Image that its servers boot from, in the words of the provider.' })
  image!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      'Packages to install beside the engine’s own; blank entries are dropped. At most 1000 characters together.',
  })
  packages?: string[] | null;
}

@InputType({ description: 'The cluster that is wanted.' })
export class CreateClusterInput {
  @Field(() => String, {
    description: '1 to 63 letters, digits, blanks, `.`, `_` and `-`, beginning with a letter or digit; unique.',
  })
  name!: string;

  @Field(() => ID, { description: 'What it shall run.' })
  datastoreId!: string;

  @Field(() => Int, { nullable: true, description: 'Number of nodes, 1 to DTROVE_MAX_CLUSTER_SIZE; 1 unless given.' })
  size?: number | null;

  @Field(() => String, { nullable: true, description: 'Size of its servers; the provider’s smallest unless given.' })
  flavor?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who makes its servers; the first configured provider unless given.',
  })
  provider?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Size in GiB of a volume for each server, which carries its data and can grow; the data lie on the servers’ own disks unless given. `Provider.supportsVolumes` tells where there are such.',
  })
  volumeGb?: number | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      'Settings of the datastore’s own, an object such as `{ "parameters": { "work_mem": "8MB" } }`. What there is, is said where one is wrong.',
  })
  settings?: unknown;

  @Field(() => ID, {
    nullable: true,
    description:
      'A backup whose data it begins with, of the same manager and version. Its settings are the backup’s unless given.',
  })
  restoreFrom?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'A configuration that its nodes have from the beginning, in its newest version. A restored one has that of the backup’s cluster unless given.',
  })
  configurationId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key and input again gives the same cluster and operation; with another input, CONFLICT.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'The node that a cluster shall lose.' })
export class RemoveNodeInput {
  @Field(() => ID, { description: 'Which cluster.' })
  clusterId!: string;

  @Field(() => ID, { nullable: true, description: 'Which replica; the newest one unless given. The primary stays.' })
  instanceId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key and input again gives the same operation; with another input, CONFLICT.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'The nodes that a cluster shall get.' })
export class AddNodeInput {
  @Field(() => ID, { description: 'Which cluster.' })
  clusterId!: string;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'How many nodes to add.' })
  count?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key and input again gives the same operation; with another input, CONFLICT.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'How large the volumes of a cluster shall be.' })
export class GrowVolumesInput {
  @Field(() => ID, { description: 'Which cluster; one that has volumes.' })
  clusterId!: string;

  @Field(() => Int, { description: 'Size of each of them in GiB, not below the present one.' })
  volumeGb!: number;

  @Field(() => String, {
    nullable: true,
    description: 'The same key and input again gives the same operation; with another input, CONFLICT.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Commands of the administrator’s, for one server.' })
export class PerformInput {
  @Field(() => ID, { description: 'On which server.' })
  instanceId!: string;

  @Field(() => String, { description: 'A title for whoever reads of it later, 1 to 200 characters.' })
  name!: string;

  @Field(() => [String], {
    description:
      '1 to 50 commands, each run by a `sh -c` of its own, in order, until one fails. They are kept as they are and shown to administrators: write no secret into them.',
  })
  commands!: string[];

  @Field(() => Int, {
    nullable: true,
    description:
      'How long each command may run, 1 to 86400; 300 unless given. DTROVE_OPERATION_DEADLINE_SECONDS ends them all.',
  })
  timeoutSeconds?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key and input again gives the same operation; with another input, CONFLICT.',
  })
  idempotencyKey?: string | null;
}
