import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Configuration } from './configuration.js';
import { Datastore } from './datastore.js';
import { ClusterStatus, InstanceRole } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'Where a client connects to.' })
export class Endpoint {
  @Field(() => InstanceRole, { description: 'What the node behind it does.' })
  role!: InstanceRole;

  @Field(() => String, { description: 'Address or name.' })
  host!: string;

  @Field(() => Int, { description: 'TCP port of the database.' })
  port!: number;

  @Field(() => String, { description: 'A connection URI without the password.' })
  uri!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What a user owns: a database of one or more nodes.' })
@Entity('cluster')
@Index('cluster_name', ['name'], { unique: true, where: 'deleted_at IS NULL' })
export class Cluster {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Unique among the clusters that are not deleted.' })
  @Column('text')
  name!: string;

  @Index('cluster_datastore')
  @ForeignKey(() => Datastore, { name: 'cluster_datastore_fk' })
  @Column('uuid', { name: 'datastore_id' })
  datastoreId!: string;

  @Field(() => Int, { description: 'How many nodes it has, or is to have.' })
  @Column('int')
  size!: number;

  @Field(() => ClusterStatus, { description: 'Where it stands in its life.' })
  @Column('text')
  status!: ClusterStatus;

  @Field(() => String, { description: 'Why it is in that status, in words; empty when all is well.' })
  @Column('text')
  message!: string;

  /** What operations left it in, where its servers' troubles show another status; null where they do not. */
  @Column('text', { nullable: true })
  settled!: ClusterStatus | null;

  @Column('text', { nullable: true, name: 'settled_message' })
  settledMessage!: string | null;

  @Field(() => String, { description: 'Id of the provider that makes its servers.' })
  @Column('text')
  provider!: string;

  @Field(() => String, { description: 'Size of each of its servers, in the words of the provider.' })
  @Column('text')
  flavor!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Size in GiB of the volume that carries the data of each of its servers; null where they lie on the servers’ own disks.',
  })
  @Column('int', { nullable: true, name: 'volume_gb' })
  volumeGb!: number | null;

  @Field(() => GraphQLJSON, { description: 'Settings of its datastore, as they were wished; empty unless given.' })
  @Column('jsonb', { default: {} })
  settings!: object;

  /** The group of parameters that is attached to it, and which version of that its servers have. */
  @Index('cluster_configuration')
  @ForeignKey(() => Configuration, { name: 'cluster_configuration_fk' })
  @Column('uuid', { nullable: true, name: 'configuration_id' })
  configurationId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Which version of its configuration its servers have; null where none is attached.',
  })
  @Column('int', { nullable: true, name: 'configuration_version' })
  configurationVersion!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'PEM of the authority that signs its servers’ certificates; null until it is made.',
  })
  @Column('text', { nullable: true, name: 'ca_certificate' })
  caCertificate!: string | null;

  /** Made for a proof of a backup, and gone with it; not listed. */
  @Column('boolean', { default: false })
  throwaway!: boolean;

  @Field(() => Date, { description: 'When it was asked for.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true, name: 'deleted_at' })
  deletedAt!: Date | null;
}
