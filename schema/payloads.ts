import { Field, ObjectType } from 'type-graphql';
import { Cluster } from './cluster.js';
import { Operation } from './operation.js';
import { OperationStep } from './operation-step.js';

@ObjectType({ description: 'What a client logs in to the database with.' })
export class Credentials {
  @Field(() => String, { description: 'Name of the database user.' })
  username!: string;

  @Field(() => String, {
    description:
      'Password of the database user; empty in the repeated answer of a cluster that has been deleted since.',
  })
  password!: string;

  @Field(() => String, { nullable: true, description: 'Name of the database; null where the engine has none.' })
  database!: string | null;
}

@ObjectType({
  description: 'The password is in this payload and in no other answer; rotate it to see a new one.',
})
export class CreateClusterPayload {
  @Field(() => Cluster, { description: 'The cluster, SPAWNING.' })
  cluster!: Cluster;

  @Field(() => Operation, { description: 'The work: follow it with `operationProgress`.' })
  operation!: Operation;

  @Field(() => Credentials, { description: 'How to log in once the cluster is ACTIVE.' })
  credentials!: Credentials;
}

@ObjectType({ description: 'A cluster and the work that was begun on it.' })
export class ClusterOperationPayload {
  @Field(() => Cluster, { description: 'The cluster.' })
  cluster!: Cluster;

  @Field(() => Operation, { description: 'The work: follow it with `operationProgress`.' })
  operation!: Operation;
}

@ObjectType({ description: 'A cluster that is deleted by force, the work of it, and what it ended.' })
export class ForceDeletePayload {
  @Field(() => Cluster, { description: 'The cluster, DELETING.' })
  cluster!: Cluster;

  @Field(() => Operation, {
    description: 'The work: follow it with `operationProgress`. Its message at the end says what could not be removed.',
  })
  operation!: Operation;

  @Field(() => Operation, {
    nullable: true,
    description: 'The operation that worked on the cluster and was ended for it; null where none did.',
  })
  ended!: Operation | null;
}

@ObjectType({ description: 'One change of an operation.' })
export class OperationEvent {
  @Field(() => Operation, { description: 'The operation as it was then.' })
  operation!: Operation;

  @Field(() => OperationStep, {
    nullable: true,
    description: 'The step that changed, as it was then; null where none did.',
  })
  step!: OperationStep | null;
}
