import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { StepStatus } from './enums.js';
import { Instance } from './instance.js';
import { Operation } from './operation.js';

@ObjectType({
  simpleResolvers: true,
  description: 'One visible effect of an operation: checked, applied, checked again.',
})
@Entity('operation_step')
@Unique('operation_step_key', ['operationId', 'key'])
export class OperationStep {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @ForeignKey(() => Operation, { name: 'operation_step_operation_fk', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'operation_id' })
  operationId!: string;

  /** Names it within its operation, the same each time that the plan is made. */
  @Column('text')
  key!: string;

  /** Its place in the list. */
  @Column('int')
  ordinal!: number;

  @Field(() => String, { description: 'What it does, such as `start postgresql`.' })
  @Column('text')
  name!: string;

  @ForeignKey(() => Instance, { name: 'operation_step_instance_fk' })
  @Column('uuid', { nullable: true, name: 'instance_id' })
  instanceId!: string | null;

  @Field(() => StepStatus, { description: 'Where it stands.' })
  @Column('text')
  status!: StepStatus;

  @Field(() => Int, { description: 'How often it was begun; attempts that a crash cut off count.' })
  @Column('int')
  attempts!: number;

  /** Attempts that no longer count towards the cap: those before the last retry, and those that a stop handed over. */
  @Column('int')
  forgiven!: number;

  /** A command that must not run twice has been started in this try; a retry begins a new one. */
  @Column('boolean', { default: false })
  launched!: boolean;

  @Field(() => String, { description: 'How it went: `applied`, `already done`, `exit 0`, or why it failed.' })
  @Column('text')
  message!: string;

  @Field(() => String, {
    description:
      'What its commands have printed, also while it runs: the last 4 KiB (16 KiB of `perform`) with a first line that says what was cut, secrets masked. Administrators only.',
  })
  @Column('text')
  output!: string;

  @Field(() => Date, { nullable: true, description: 'When it was first begun.' })
  @Column('timestamptz', { nullable: true, name: 'started_at' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  @Column('timestamptz', { nullable: true, name: 'finished_at' })
  finishedAt!: Date | null;
}
