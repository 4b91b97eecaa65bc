import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Datastore } from './datastore.js';

@ObjectType({
  description:
    'A group of parameters of one datastore, to be attached to clusters. A change makes a new version; a cluster keeps the version it has until the configuration is attached to it again.',
})
@Entity('configuration')
@Index('configuration_name', ['name'], { unique: true })
export class Configuration {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Unique among the configurations.' })
  @Column('text')
  name!: string;

  @Field(() => String, { description: 'What it is for; empty unless given.' })
  @Column('text')
  description!: string;

  @ForeignKey(() => Datastore, { name: 'configuration_datastore_fk' })
  @Column('uuid', { name: 'datastore_id' })
  datastoreId!: string;

  @Field(() => Int, { description: 'Its newest version, from 1 on.' })
  @Column('int')
  version!: number;

  @Field(() => GraphQLJSON, { description: 'The values of its newest version, by the name of the parameter.' })
  @Column('jsonb')
  values!: object;

  @Field(() => Date, { description: 'When it was made.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When its newest version was made.' })
  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}

@ObjectType({ description: 'A parameter that one version of a configuration has changed.' })
export class ValueChange {
  @Field(() => String, { description: 'Name of the parameter.' })
  name!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Its value before; null: it was not set.' })
  from!: unknown;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Its value since; null: it is set no longer.' })
  to!: unknown;
}

@ObjectType({ description: 'One version of a configuration. It never changes.' })
@Entity('configuration_version')
export class ConfigurationVersion {
  @ForeignKey(() => Configuration, { name: 'configuration_version_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'configuration_id' })
  configurationId!: string;

  @Field(() => Int, { description: 'Its number, from 1 on.' })
  @PrimaryColumn('int')
  version!: number;

  @Field(() => GraphQLJSON, { description: 'All values of it, by the name of the parameter.' })
  @Column('jsonb')
  values!: object;

  @Field(() => [ValueChange], { description: 'What it has changed of the version before.' })
  @Column('jsonb')
  changes!: ValueChange[];

  @Field(() => String, {
    nullable: true,
    description: 'Who made it: the name of the token, `admin` for the administrator’s. Null where that is not known.',
  })
  @Column('text', { nullable: true })
  author!: string | null;

  @Field(() => String, { description: 'What made it: `created`, `updated`, `reset` or `rolled back to version 2`.' })
  @Column('text')
  reason!: string;

  @Field(() => Date, { description: 'When it was made.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
