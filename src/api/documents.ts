import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema, type ParseOptions } from 'graphql';
import type { Context } from '../context.js';
import { messageOf } from '../errors.js';

/** Many times what a client needs, and so little that no document keeps this process busy for long. */
export const parseOptions: ParseOptions = { maxTokens: 10_000 };

/** A document that came over WebSocket, or what is wrong with it. Over HTTP Apollo does the same. */
export function readDocument(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, parseOptions);
    const errors = validate(schema, document);
    return errors.length === 0 ? document : errors;
  } catch (error) {
    const at = error instanceof GraphQLError ? { source: error.source, positions: error.positions } : {};
    return [new GraphQLError(messageOf(error), { ...at, extensions: { code: 'GRAPHQL_PARSE_FAILED' } })];
  }
}

/** Over HTTP nothing can be followed. */
export const noSubscriptions: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation }) => {
        if (operation?.operation !== 'subscription') return Promise.resolve();
        throw new GraphQLError('subscriptions go over WebSocket (graphql-transport-ws), on this same path', {
          extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
        });
      },
    }),
};
