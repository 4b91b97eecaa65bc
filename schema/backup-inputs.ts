import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';
import { BackupStoreKind } from './backup-enums.js';

const again = 'The same key and input again gives the same operation; with another input, CONFLICT.';

@InputType({ description: 'A place to keep backups in. It is tried out before it is registered.' })
export class RegisterBackupStoreInput {
  @Field(() => String, { description: 'A name for it, 1 to 63 characters; unique.' })
  name!: string;

  @Field(() => BackupStoreKind, { description: 'What it is.' })
  kind!: BackupStoreKind;

  @Field(() => String, {
    nullable: true,
    description: 'Of a folder: its absolute path, which every worker has to reach. It is made where it is not there.',
  })
  path?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Of a bucket: the address of its S3 API, such as `https://s3.eu-central-1.amazonaws.com`. The database servers have to reach it too.',
  })
  endpoint?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket: its region; `us-east-1` unless given.' })
  region?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket: its name. It has to be there.' })
  bucket?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of a bucket: what the names of all objects begin with; nothing unless given.',
  })
  prefix?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket: the access key.' })
  accessKeyId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of a bucket: the secret half of the access key. It is sealed, and never leaves the control plane.',
  })
  secretAccessKey?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether backups go there unless another store is named.' })
  isDefault?: boolean | null;
}

@InputType({ description: 'The backup that is wanted.' })
export class CreateBackupInput {
  @Field(() => ID, { description: 'Of which cluster.' })
  clusterId!: string;

  @Field(() => ID, { nullable: true, description: 'Where it is kept; the default store unless given.' })
  storeId?: string | null;

  @Field(() => String, { nullable: true, description: again })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A new cluster with the data of a backup.' })
export class RestoreBackupInput {
  @Field(() => ID, { description: 'Which backup.' })
  backupId!: string;

  @Field(() => String, { description: 'Name of the new cluster; as of `createCluster`.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'Number of nodes; 1 unless given.' })
  size?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'What it shall run, where that is another datastore than the backup’s: of the same manager and version, such as with an image of another provider.',
  })
  datastoreId?: string | null;

  @Field(() => String, { nullable: true, description: 'Size of its servers; the provider’s smallest unless given.' })
  flavor?: string | null;

  @Field(() => String, { nullable: true, description: 'Who makes its servers; the default provider unless given.' })
  provider?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Size in GiB of a volume for each server, which carries its data; they lie on the servers’ own disks unless given.',
  })
  volumeGb?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A configuration that its nodes have from the beginning; that of the backup’s cluster unless given.',
  })
  configurationId?: string | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'Settings of the datastore’s own; those of the cluster that was backed up unless given.',
  })
  settings?: unknown;

  @Field(() => String, { nullable: true, description: again })
  idempotencyKey?: string | null;
}
