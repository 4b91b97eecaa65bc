import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Context } from '../context.js';
import { DomainError } from '../errors.js';
import type { Log } from '../log.js';
import type { Authenticator } from './auth.js';
import { baseUrlOf } from './base-url.js';
import { noSubscriptions, parseOptions } from './documents.js';
import { formatError } from './errors.js';
import { Executor } from './executor.js';

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly authenticator: Authenticator;
  /** What links begin with; empty: what the client has asked. */
  readonly publicUrl: string;
  readonly contextOf: (viewer: Context['viewer'], cutOff: () => void, lasting: boolean, baseUrl: string) => Context;
  readonly log: Log;
}

/** Over HTTP an answer without a viewer is 401 by status as well. */
const statusOfErrors: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response, errors }) => {
        const refused = errors?.some(
          ({ originalError }) => originalError instanceof DomainError && originalError.code === 'UNAUTHENTICATED',
        );
        if (refused === true) response.http.status = 401;
        return Promise.resolve();
      },
    }),
};

/** No answer is anybody's to keep. */
const neverCached: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response }) => {
        response.http.headers.set('cache-control', 'no-store');
        return Promise.resolve();
      },
    }),
};

/** Apollo lets another executor in as that of a gateway; nothing else of a gateway is meant by it. */
function gatewayOf(schema: GraphQLSchema): ApolloServerOptionsWithGateway<Context>['gateway'] {
  const executor = new Executor(schema);
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: ({ document, operationName, request: { variables }, context }) =>
          executor.answer({ document, operationName, variables, context: context as Context }),
      }),
    stop: () => Promise.resolve(),
  };
}

/** Queries and mutations at POST (and GET) /graphql. */
export async function serveGraphql(
  app: FastifyInstance,
  { schema, authenticator, contextOf, publicUrl, log }: GraphqlOptions,
): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    gateway: gatewayOf(schema),
    introspection: true,
    parseOptions,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_formatted, error) => formatError(error as GraphQLError, log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It would wrap every field of every answer to work out what is never cached.
      ApolloServerPluginCacheControlDisabled(),
      fastifyApolloDrainPlugin(app),
      neverCached,
      statusOfErrors,
      noSubscriptions,
    ],
  });
  await apollo.start();
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: ({ headers }) =>
      Promise.resolve(
        contextOf(authenticator.viewer(headers.authorization), () => undefined, false, baseUrlOf(publicUrl, headers)),
      ),
  });
  return apollo;
}
