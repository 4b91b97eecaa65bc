import { Field, ObjectType } from 'type-graphql';
import { Cluster } from './cluster.js';
import { Export } from './export.js';
import { Operation } from './operation.js';

@ObjectType({ description: 'An export and the work that makes it.' })
export class ExportClusterPayload {
  @Field(() => Export, { description: 'The export, MAKING.' })
  export!: Export;

  @Field(() => Cluster, { description: 'The cluster, which serves on.' })
  cluster!: Cluster;

  @Field(() => Operation, { description: 'The work: follow it with `operationProgress`.' })
  operation!: Operation;
}
