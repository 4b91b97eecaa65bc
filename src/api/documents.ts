import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema, type ParseOptions } from 'graphql';
import type { Context } from '../context.js';
import { messageOf } from '../errors.js';

/** Many times what a client needs, and so little that no document keeps this process busy for long. */
export const parseOptions: ParseOptions = { maxTokens: 10_000 };

/** How many documents are remembered, and how long the longest of them may be. */
const kept = 200;
const longest = 20_000;

/** Documents that came over WebSocket. The same text gives the same document: ten thousand subscribers share one. */
export class Documents {
  private readonly known = new Map<string, DocumentNode>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** The document, or what is wrong with it. Over HTTP Apollo does the same. */
  read(query: string): DocumentNode | readonly GraphQLError[] {
    const found = this.known.get(query);
    if (found !== undefined) {
      // What was asked for last is forgotten last.
      this.known.delete(query);
      this.known.set(query, found);
      return found;
    }
    const document = this.parse(query);
    if ('kind' in document && query.length <= longest) this.keep(query, document);
    return document;
  }

  private keep(query: string, document: DocumentNode): void {
    this.known.set(query, document);
    const [oldest] = this.known.keys();
    if (this.known.size > kept && oldest !== undefined) this.known.delete(oldest);
  }

  private parse(query: string): DocumentNode | readonly GraphQLError[] {
    try {
      const document = parse(query, parseOptions);
      const errors = validate(this.schema, document);
      return errors.length === 0 ? document : errors;
    } catch (error) {
      const at = error instanceof GraphQLError ? { source: error.source, positions: error.positions } : {};
      return [new GraphQLError(messageOf(error), { ...at, extensions: { code: 'GRAPHQL_PARSE_FAILED' } })];
    }
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
