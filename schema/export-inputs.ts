import { Field, Float, ID, InputType, registerEnumType } from 'type-graphql';
import { ExportFormat } from './export.js';

export enum ImportConflict {
  FAIL = 'FAIL',
  REPLACE = 'REPLACE',
  SKIP = 'SKIP',
}

registerEnumType(ImportConflict, {
  name: 'ImportConflict',
  description:
    'What to do where the cluster has a database of that name already. One that is empty stands in nobody’s way.',
  valuesConfig: {
    FAIL: { description: 'Import nothing, and name it.' },
    REPLACE: { description: 'Put the imported one in its place, once it is proven whole; what it held is gone then.' },
    SKIP: { description: 'Leave it as it is, and import the others.' },
  },
});

const again = 'The same key and input again gives the same operation; with another input, CONFLICT.';

@InputType({ description: 'The export that is wanted.' })
export class ExportClusterInput {
  @Field(() => ID, { description: 'Of which cluster.' })
  clusterId!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      'Which of its databases; all but the engine’s own unless given. Redis and Valkey are exported as a whole.',
  })
  databases?: string[] | null;

  @Field(() => ExportFormat, {
    nullable: true,
    description:
      'How the data are written down: CUSTOM (postgres), PLAIN (mariadb, mysql) or RDB (redis, valkey) unless given.',
  })
  format?: ExportFormat | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether the archive names the database users that somebody made, with their hashed passwords.',
  })
  includeUsers?: boolean | null;

  @Field(() => String, { nullable: true, description: again })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A file that is going to be sent.' })
export class CreateUploadInput {
  @Field(() => String, { description: 'Its name, 1 to 200 characters.' })
  name!: string;

  @Field(() => Float, { description: 'Its size in bytes.' })
  size!: number;

  @Field(() => String, { description: 'Its SHA-256, 64 hexadecimal digits, as sha256sum prints it.' })
  sha256!: string;
}

@InputType({ description: 'What shall be imported. Give `exportId` or `uploadId`.' })
export class ImportExportInput {
  @Field(() => ID, { description: 'Into which cluster: it runs, of the same engine, in the same or a newer version.' })
  clusterId!: string;

  @Field(() => ID, { nullable: true, description: 'An export that is READY, of whichever cluster.' })
  exportId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'An upload that is READY: an export archive, or a dump of one database by pg_dump, mysqldump or mariadb-dump, or an RDB.',
  })
  uploadId?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Which databases of an archive; all of them unless given. For a dump from elsewhere: the one name that the database gets.',
  })
  databases?: string[] | null;

  @Field(() => ImportConflict, {
    nullable: true,
    defaultValue: ImportConflict.FAIL,
    description: 'What to do where a database of that name is there.',
  })
  onConflict?: ImportConflict | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'Whether users whom the archive names and the cluster lacks are made. Those there are stay as they are.',
  })
  includeUsers?: boolean | null;

  @Field(() => String, { nullable: true, description: again })
  idempotencyKey?: string | null;
}
