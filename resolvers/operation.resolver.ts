import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Cluster } from '../schema/cluster.js';
import { Instance } from '../schema/instance.js';
import { OperationStep } from '../schema/operation-step.js';
import { Operation } from '../schema/operation.js';
import { OperationEvent } from '../schema/payloads.js';
import { watchOperation } from '../src/clusters/watch.js';
import type { Context } from '../src/context.js';

@Resolver(() => Operation)
export class OperationResolver {
  @Authorized()
  @Query(() => Operation, { nullable: true, description: 'One operation; null where there is none of that id.' })
  operation(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Operation | null> {
    return clusters.operation(id);
  }

  @Authorized()
  @Mutation(() => Operation, { description: 'Go on with a failed operation from the step that failed.' })
  retryOperation(
    @Ctx() { operations }: Context,
    @Arg('id', () => ID, { description: 'Which operation.' }) id: string,
  ): Promise<Operation> {
    return operations.retry(id);
  }

  @Authorized()
  @Mutation(() => Operation, {
    description:
      'Stop an operation: what runs is aborted, on the servers and at the provider. What is done stays done and is named in the message.',
  })
  cancelOperation(
    @Ctx() { operations }: Context,
    @Arg('id', () => ID, { description: 'Which operation.' }) id: string,
  ): Promise<Operation> {
    return operations.cancel(id);
  }

  @Authorized()
  @Subscription(() => OperationEvent, {
    description: 'Replays the steps so far, then follows live, and completes when the operation has ended.',
    subscribe: ({ args, context }: { args: { id: string }; context: Context }) =>
      watchOperation(context.watching, args.id, context.cutOff),
  })
  operationProgress(
    @Arg('id', () => ID, { description: 'Which operation.' }) _id: string,
    @Root() event: OperationEvent,
  ): OperationEvent {
    return event;
  }

  @FieldResolver(() => Cluster, { nullable: true, description: 'The cluster that it works on.' })
  cluster(@Root() { clusterId }: Operation, @Ctx() { loaders }: Context): Promise<Cluster | null> {
    return clusterId === null ? Promise.resolve(null) : loaders.cluster.load(clusterId);
  }

  @FieldResolver(() => [OperationStep], { description: 'Its steps in order, those to come as well.' })
  steps(@Root() { id }: Operation, @Ctx() { loaders }: Context): Promise<OperationStep[]> {
    return loaders.stepsOf.load(id);
  }
}

@Resolver(() => OperationStep)
export class OperationStepResolver {
  @FieldResolver(() => Instance, {
    nullable: true,
    description: 'The server that it works on; null: the cluster as a whole.',
  })
  instance(@Root() { instanceId }: OperationStep, @Ctx() { loaders }: Context): Promise<Instance | null> {
    return instanceId === null ? Promise.resolve(null) : loaders.instance.load(instanceId);
  }
}
