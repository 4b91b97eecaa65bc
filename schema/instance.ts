import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Cluster } from './cluster.js';
import { InstanceRole, ServerStatus } from './enums.js';

@ObjectType({
  simpleResolvers: true,
  description: 'How to reach an instance over SSH. Never holds the private key. Administrators only.',
})
export class ConnectionInfo {
  @Field(() => String, { description: 'Address of the server.' })
  host!: string;

  @Field(() => Int, { description: 'TCP port of its sshd.' })
  port!: number;

  @Field(() => String, { description: 'The user who logs in.' })
  user!: string;

  @Field(() => String, { description: 'Public half of the cluster’s key, in OpenSSH format.' })
  publicKey!: string;

  @Field(() => String, { nullable: true, description: 'The pinned host key: SHA256, as ssh-keygen prints it.' })
  hostKeyFingerprint!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'One server of a cluster. Users act on clusters; this is where they see each server.',
})
@Entity('instance')
@Index('instance_name', ['clusterId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class Instance {
  @Field(() => ID, { description: 'UUID v7; also the key by which the provider knows the server.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Name of the cluster and a number, such as `orders-1`.' })
  @Column('text')
  name!: string;

  @Index('instance_cluster')
  @ForeignKey(() => Cluster, { name: 'instance_cluster_fk' })
  @Column('uuid', { name: 'cluster_id' })
  clusterId!: string;

  @Field(() => InstanceRole, { description: 'What it does in the cluster.' })
  @Column('text')
  role!: InstanceRole;

  @Field(() => ServerStatus, { description: 'What the provider says of the server.' })
  @Column('text', { name: 'server_status' })
  serverStatus!: ServerStatus;

  @Field(() => Int, { description: 'Percent, 0 to 100, of the current task on this server.' })
  @Column('int')
  progress!: number;

  @Field(() => String, {
    description:
      'What its last task says of it, or what is wrong with it now, in words (stopped, does not answer SSH, its datastore is down); empty when all is well.',
  })
  @Column('text')
  message!: string;

  /** What the last look at it found wrong; see src/health. */
  @Column('text', { default: '' })
  trouble!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its datastore answered the last look; null where it has not been asked, or could not be.',
  })
  @Column('boolean', { nullable: true, name: 'datastore_up' })
  datastoreUp!: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Version that its datastore named last, such as `17.5`; null where it has not been asked.',
  })
  @Column('text', { nullable: true, name: 'datastore_version' })
  datastoreVersion!: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the server, once it has one.' })
  @Column('text', { nullable: true })
  addr!: string | null;

  @Field(() => String, { nullable: true, description: 'The provider’s id of the server.' })
  @Column('text', { nullable: true })
  server!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The provider’s id of the volume that carries its data; null where it has none.',
  })
  @Column('text', { nullable: true })
  volume!: string | null;

  @Field(() => String, { description: 'The user whom SSH logs in.' })
  @Column('text')
  user!: string;

  @Field(() => Int, { nullable: true, description: 'TCP port of the database on it.' })
  @Column('int', { nullable: true })
  port!: number | null;

  @Column('int', { nullable: true, name: 'ssh_port' })
  sshPort!: number | null;

  /** Public host key, pinned before the first connection. */
  @Column('text', { nullable: true, name: 'host_key' })
  hostKey!: string | null;

  /** What one round trip told of the server; see src/shell/facts.ts. */
  @Column('jsonb', { nullable: true })
  facts!: object | null;

  /** PEM certificate of its database. */
  @Column('text', { nullable: true })
  certificate!: string | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true, name: 'deleted_at' })
  deletedAt!: Date | null;
}
