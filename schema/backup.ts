import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { BackupStatus } from './backup-enums.js';
import { BackupStore } from './backup-store.js';
import { byteCount } from './bytes.js';
import { Cluster } from './cluster.js';
import { Datastore } from './datastore.js';

@ObjectType({
  description: 'A full physical copy of a cluster’s data, compressed and encrypted with a key of its own.',
})
@Entity('backup')
@Index('backup_cluster', ['clusterId', 'id'])
export class Backup {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @ForeignKey(() => Cluster, { name: 'backup_cluster_fk' })
  @Column('uuid', { name: 'cluster_id' })
  clusterId!: string;

  @Field(() => String, { description: 'Name of the cluster when the backup was made.' })
  @Column('text', { name: 'cluster_name' })
  clusterName!: string;

  @ForeignKey(() => Datastore, { name: 'backup_datastore_fk' })
  @Column('uuid', { name: 'datastore_id' })
  datastoreId!: string;

  @ForeignKey(() => BackupStore, { name: 'backup_store_fk' })
  @Column('uuid', { name: 'store_id' })
  storeId!: string;

  /** The schedule that asked for it, which may be gone by now. */
  @Column('uuid', { nullable: true, name: 'schedule_id' })
  scheduleId!: string | null;

  @Field(() => BackupStatus, { description: 'Where it stands.' })
  @Column('text')
  status!: BackupStatus;

  @Field(() => String, { description: 'Why it is in that status, in words; empty when all is well.' })
  @Column('text')
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Version that the engine told of itself; null until it was asked.',
  })
  @Column('text', { nullable: true, name: 'engine_version' })
  engineVersion!: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the node that was copied; null until it is chosen.' })
  @Column('text', { nullable: true, name: 'taken_from' })
  takenFrom!: string | null;

  @Field(() => GraphQLJSON, { description: 'Settings of the cluster’s datastore when the backup was made.' })
  @Column('jsonb')
  settings!: object;

  @Field(() => String, { description: 'Its name in the store: of the file below the folder, or of the object.' })
  @Column('text')
  location!: string;

  @Field(() => Float, { nullable: true, description: 'Bytes that it takes in the store; null until it is whole.' })
  @Column('bigint', { nullable: true, transformer: byteCount })
  size!: number | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of what lies in the store; null until it is whole.' })
  @Column('text', { nullable: true })
  sha256!: string | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was whole, or had failed.' })
  @Column('timestamptz', { nullable: true, name: 'finished_at' })
  finishedAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When it was last restored for proof and found whole; null where it never was, or last could not be.',
  })
  @Column('timestamptz', { nullable: true, name: 'verified_at' })
  verifiedAt!: Date | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How long that restore took, in seconds: from bare server to a database that takes connections.',
  })
  @Column('double precision', { nullable: true, name: 'verified_restore_seconds' })
  verifiedRestoreSeconds!: number | null;

  @Field(() => String, { description: 'Why the last verification could not prove it; empty when it did, or none was.' })
  @Column('text', { name: 'verify_message', default: '' })
  verifyMessage!: string;

  @Column('timestamptz', { nullable: true, name: 'deleted_at' })
  deletedAt!: Date | null;
}
