import { Field, Int, ObjectType } from 'type-graphql';
import { Backup } from './backup.js';
import { Operation } from './operation.js';
import { PageInfo } from './paging.js';

@ObjectType({ description: 'A backup and the work that was begun on it.' })
export class BackupOperationPayload {
  @Field(() => Backup, { description: 'The backup.' })
  backup!: Backup;

  @Field(() => Operation, { description: 'The work: follow it with `operationProgress`.' })
  operation!: Operation;
}

@ObjectType({ description: 'One backup in a page.' })
export class BackupEdge {
  @Field(() => String, { description: 'Its opaque place in the list.' })
  cursor!: string;

  @Field(() => Backup, { description: 'The backup.' })
  node!: Backup;
}

@ObjectType({ description: 'A page of backups, newest first.' })
export class BackupConnection {
  @Field(() => [BackupEdge], { description: 'The backups of this page.' })
  edges!: BackupEdge[];

  @Field(() => PageInfo, { description: 'Where it ends.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many backups there are in all.' })
  totalCount!: number;
}
