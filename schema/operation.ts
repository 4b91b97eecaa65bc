import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Cluster } from './cluster.js';
import { OperationStatus } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'Why an operation failed.' })
export class OperationError {
  @Field(() => String, { description: 'A stable code, such as STEP_FAILED.' })
  code!: string;

  @Field(() => String, { description: 'What failed, where, and what to do now.' })
  message!: string;
}

const open = `status IN ('QUEUED', 'RUNNING', 'WAITING')`;

@ObjectType({
  simpleResolvers: true,
  description: 'One piece of asynchronous work with its steps. Every mutation that does work returns one.',
})
@Entity('operation')
@Index('operation_one_a_cluster', ['clusterId'], { unique: true, where: open })
@Index('operation_open', ['createdAt'], { where: open })
@Index('operation_cluster', ['clusterId', 'id'])
export class Operation {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, {
    description: 'Such as `cluster.create`, `cluster.addNode`, `cluster.backup`, `instance.perform`, `cluster.delete`.',
  })
  @Column('text')
  kind!: string;

  @Field(() => OperationStatus, { description: 'Where it stands.' })
  @Column('text')
  status!: OperationStatus;

  @Field(() => Int, { description: 'Percent, 0 to 100, of its steps that are done.' })
  @Column('int')
  progress!: number;

  @Field(() => String, { description: 'What it is doing, or how it ended, in words.' })
  @Column('text')
  message!: string;

  @ForeignKey(() => Cluster, { name: 'operation_cluster_fk' })
  @Column('uuid', { nullable: true, name: 'cluster_id' })
  clusterId!: string | null;

  @Field(() => GraphQLJSON, { description: 'What was asked for.' })
  @Column('jsonb')
  input!: Record<string, unknown>;

  @Field(() => String, {
    nullable: true,
    description:
      'Who asked for it: the name of the token, `admin` for the administrator’s. Null where that was not recorded.',
  })
  @Column('text', { nullable: true, name: 'requested_by' })
  requestedBy!: string | null;

  @Column('text', { nullable: true, name: 'error_code' })
  errorCode!: string | null;

  @Column('text', { nullable: true, name: 'error_message' })
  errorMessage!: string | null;

  /** How often a worker has taken it up; crashes count. */
  @Column('int')
  attempts!: number;

  @Column('boolean', { name: 'cancel_requested' })
  cancelRequested!: boolean;

  @Field(() => Date, { nullable: true, description: 'When it is given up if it has not ended by then.' })
  @Column('timestamptz', { nullable: true, name: 'deadline_at' })
  deadlineAt!: Date | null;

  /** The worker that holds it, until when, and the number of its lease: a write with an older number is refused. */
  @Column('text', { nullable: true, name: 'lease_owner' })
  leaseOwner!: string | null;

  @Column('timestamptz', { nullable: true, name: 'lease_until' })
  leaseUntil!: Date | null;

  @Column('bigint')
  fence!: string;

  @Field(() => Date, { description: 'When it was asked for.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When a worker first took it up.' })
  @Column('timestamptz', { nullable: true, name: 'started_at' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  @Column('timestamptz', { nullable: true, name: 'finished_at' })
  finishedAt!: Date | null;

  @Field(() => OperationError, { nullable: true, description: 'Why it failed; null unless it did.' })
  get error(): OperationError | null {
    const { errorCode: code, errorMessage } = this;
    return code === null ? null : Object.assign(new OperationError(), { code, message: errorMessage ?? '' });
  }
}
