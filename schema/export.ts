import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { byteCount } from './bytes.js';
import { Cluster } from './cluster.js';
import { Operation } from './operation.js';

export enum ExportStatus {
  MAKING = 'MAKING',
  READY = 'READY',
  FAILED = 'FAILED',
}

export enum ExportFormat {
  CUSTOM = 'CUSTOM',
  PLAIN = 'PLAIN',
  RDB = 'RDB',
}

registerEnumType(ExportStatus, {
  name: 'ExportStatus',
  description: 'Whether an export can be downloaded and imported.',
  valuesConfig: {
    MAKING: { description: 'Its operation is at it.' },
    READY: { description: 'It is whole.' },
    FAILED: { description: 'Its operation failed or was cancelled; the message says why. Retry that, or delete it.' },
  },
});

registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  description: 'How the data of a database are written down.',
  valuesConfig: {
    CUSTOM: { description: 'PostgreSQL’s own compressed format, for pg_restore.' },
    PLAIN: { description: 'SQL, for psql, mysql or mariadb.' },
    RDB: { description: 'The snapshot file of Redis and Valkey.' },
  },
});

@ObjectType({ description: 'How many rows a table has.' })
export class ExportedTable {
  @Field(() => String, { description: 'Its schema; empty where the engine has none.' })
  schema!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Float, { description: 'How many rows it has in the export.' })
  rows!: number;
}

@ObjectType({ description: 'One database of an export.' })
export class ExportedDatabase {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Float, { description: 'Bytes of its dump.' })
  size!: number;

  @Field(() => String, { description: 'SHA-256 of its dump.' })
  sha256!: string;

  @Field(() => [ExportedTable], { description: 'Its tables, with their rows at the moment of the export.' })
  tables!: ExportedTable[];
}

@ObjectType({
  description:
    'What a cluster held at one moment, in a form that other servers take: a tar archive of the engine’s own dumps and a manifest. It outlives its cluster.',
})
@Entity('export')
@Index('export_cluster', ['clusterId', 'id'])
export class Export {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @ForeignKey(() => Cluster, { name: 'export_cluster_fk' })
  @Column('uuid', { name: 'cluster_id' })
  clusterId!: string;

  @ForeignKey(() => Operation, { name: 'export_operation_fk' })
  @Column('uuid', { name: 'operation_id' })
  operationId!: string;

  @Field(() => String, { description: 'Name of its file.' })
  @Column('text')
  name!: string;

  @Field(() => ExportStatus, { description: 'Whether it can be used.' })
  @Column('text')
  status!: ExportStatus;

  @Field(() => String, { description: 'Why it is in that status, in words; empty when all is well.' })
  @Column('text')
  message!: string;

  @Field(() => ExportFormat, { description: 'How the data are written down.' })
  @Column('text')
  format!: ExportFormat;

  @Field(() => String, { description: 'The engine, such as `postgres`.' })
  @Column('text')
  engine!: string;

  @Field(() => String, { description: 'Version of the engine that made it, such as `17.5`.' })
  @Column('text')
  version!: string;

  @Field(() => Float, { nullable: true, description: 'Bytes of the archive; null until it is whole.' })
  @Column('bigint', { nullable: true, transformer: byteCount })
  size!: number | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the archive; null until it is whole.' })
  @Column('text', { nullable: true })
  sha256!: string | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'The archive’s manifest, but for its users; null until it is whole.',
  })
  @Column('jsonb', { nullable: true })
  manifest!: object | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was whole, or had failed.' })
  @Column('timestamptz', { nullable: true, name: 'finished_at' })
  finishedAt!: Date | null;
}
