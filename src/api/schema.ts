import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { buildSchema, type NonEmptyArray, type PubSub } from 'type-graphql';
import { AuthChecker } from './auth.js';

/** Each subscription brings its own `subscribe`, from the bus: type-graphql's PubSub is asked for and never used. */
const noPubSub: PubSub = {
  publish: () => {
    throw new Error('events are published by the bus');
  },
  subscribe: () => {
    throw new Error('a subscription without a `subscribe` of its own');
  },
};

/** The executable schema of the given resolver classes. Inputs are checked by the use cases, not by decorators. */
export const createSchema = (resolvers: readonly unknown[]): Promise<GraphQLSchema> =>
  buildSchema({
    resolvers: resolvers as NonEmptyArray<new () => object>,
    authChecker: AuthChecker,
    pubSub: noPubSub,
    validate: false,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
  });
