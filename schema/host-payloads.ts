import { Field, Int, ObjectType } from 'type-graphql';
import { Host } from './host.js';
import { Operation } from './operation.js';
import { PageInfo } from './paging.js';

@ObjectType({ description: 'One host in a page.' })
export class HostEdge {
  @Field(() => String, { description: 'Its opaque place in the list.' })
  cursor!: string;

  @Field(() => Host, { description: 'The host.' })
  node!: Host;
}

@ObjectType({ description: 'A page of hosts, oldest first.' })
export class HostConnection {
  @Field(() => [HostEdge], { description: 'The hosts of this page.' })
  edges!: HostEdge[];

  @Field(() => PageInfo, { description: 'Where it ends.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many hosts there are in all.' })
  totalCount!: number;
}

@ObjectType({ description: 'A host and the work that was begun on it.' })
export class HostOperationPayload {
  @Field(() => Host, { description: 'The host.' })
  host!: Host;

  @Field(() => Operation, { description: 'The work: follow it with `operationProgress`.' })
  operation!: Operation;
}
