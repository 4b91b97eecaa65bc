import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { BackupStore } from './backup-store.js';
import { Cluster } from './cluster.js';

@ObjectType({ description: 'When backups of a cluster are made, and how long they are kept.' })
@Entity('backup_schedule')
@Index('backup_schedule_cluster', ['clusterId'])
@Index('backup_schedule_next', ['nextAt'])
export class BackupSchedule {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @ForeignKey(() => Cluster, { name: 'backup_schedule_cluster_fk' })
  @Column('uuid', { name: 'cluster_id' })
  clusterId!: string;

  /** Null: the default store, whichever that is then. */
  @ForeignKey(() => BackupStore, { name: 'backup_schedule_store_fk' })
  @Column('uuid', { nullable: true, name: 'store_id' })
  storeId!: string | null;

  @Field(() => String, { description: 'Five fields: minute, hour, day of the month, month, day of the week.' })
  @Column('text')
  cron!: string;

  @Field(() => String, { description: 'The time zone that the fields are read in, such as `Europe/Berlin`.' })
  @Column('text')
  timezone!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many of its newest backups are kept. Null, as `keepDays` is: all of them.',
  })
  @Column('int', { nullable: true, name: 'keep_last' })
  keepLast!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For how many days its backups are kept, beside those of `keepLast`.',
  })
  @Column('int', { nullable: true, name: 'keep_days' })
  keepDays!: number | null;

  @Field(() => Int, { nullable: true, description: 'Every how many of its backups one is verified; null: none.' })
  @Column('int', { nullable: true, name: 'verify_every' })
  verifyEvery!: number | null;

  @Field(() => Date, { description: 'When it is due next. Past: it waits for the cluster to be free.' })
  @Column('timestamptz', { name: 'next_at' })
  nextAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it last began a backup; null where it never did.' })
  @Column('timestamptz', { nullable: true, name: 'last_at' })
  lastAt!: Date | null;

  @Field(() => String, {
    description:
      'Why its last backup failed, was left out or is overdue; empty when all is well. Its cluster shows it too.',
  })
  @Column('text')
  message!: string;

  /** A backup of its has become whole: older ones may go, and one may be verified. */
  @Column('boolean')
  tidy!: boolean;

  /** Backups that have become whole since one was verified. */
  @Column('int', { name: 'unverified' })
  unverified!: number;

  @Field(() => Date, { description: 'When it was made.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

@InputType({ description: 'Backups to be made regularly.' })
export class ScheduleBackupsInput {
  @Field(() => ID, { description: 'Of which cluster.' })
  clusterId!: string;

  @Field(() => String, {
    description: 'When: minute, hour, day of the month, month, day of the week, such as `30 2 * * *`.',
  })
  cron!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The time zone of that, such as `Europe/Berlin`; `UTC` unless given.',
  })
  timezone?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many of its newest backups are kept. A backup goes when neither this nor `keepDays` keeps it; without both, none goes.',
  })
  keepLast?: number | null;

  @Field(() => Int, { nullable: true, description: 'For how many days its backups are kept.' })
  keepDays?: number | null;

  @Field(() => ID, { nullable: true, description: 'Where they are kept; the default store unless given.' })
  storeId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Every how many backups one is verified; none unless given.' })
  verifyEvery?: number | null;
}
