import { Field, Int, ObjectType } from 'type-graphql';
import { Cluster } from './cluster.js';
import { Operation } from './operation.js';

@ObjectType({ simpleResolvers: true, description: 'Where a page ends (Relay cursor connections).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Pass it as `after` to get the next page; null on an empty page.',
  })
  endCursor!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'One cluster in a page.' })
export class ClusterEdge {
  @Field(() => String, { description: 'Its opaque place in the list.' })
  cursor!: string;

  @Field(() => Cluster, { description: 'The cluster.' })
  node!: Cluster;
}

@ObjectType({ simpleResolvers: true, description: 'A page of clusters, oldest first.' })
export class ClusterConnection {
  @Field(() => [ClusterEdge], { description: 'The clusters of this page.' })
  edges!: ClusterEdge[];

  @Field(() => PageInfo, { description: 'Where it ends.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many clusters there are in all.' })
  totalCount!: number;
}

@ObjectType({ simpleResolvers: true, description: 'One operation in a page.' })
export class OperationEdge {
  @Field(() => String, { description: 'Its opaque place in the list.' })
  cursor!: string;

  @Field(() => Operation, { description: 'The operation.' })
  node!: Operation;
}

@ObjectType({ simpleResolvers: true, description: 'A page of operations, newest first.' })
export class OperationConnection {
  @Field(() => [OperationEdge], { description: 'The operations of this page.' })
  edges!: OperationEdge[];

  @Field(() => PageInfo, { description: 'Where it ends.' })
  pageInfo!: PageInfo;
}
