// A bare GraphQL server on DTrove's own schema and rows: no tokens, no limits, no logs, nothing but the answer.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { fastify } from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { listOf } from './queries-resolvers.mjs';

const [peer = '', databaseUrl = ''] = process.argv.slice(2);
const typeDefs = await readFile(new URL('../schema/schema.graphql', import.meta.url), 'utf8');
const { resolvers, context } = listOf(databaseUrl);
const host = '127.0.0.1';

const servers = {
  apollo: async () => {
    const { url } = await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), {
      listen: { host, port: 0 },
      context: () => Promise.resolve(context()),
    });
    return url;
  },
  yoga: async () => {
    const yoga = createYoga({
      schema: createSchema({ typeDefs, resolvers }),
      context,
      logging: false,
      graphiql: false,
      landingPage: false,
    });
    const server = createServer(yoga).listen(0, host);
    await once(server, 'listening');
    return `http://${host}:${server.address().port}/graphql`;
  },
  mercurius: async () => {
    const app = fastify();
    await app.register(mercurius, { schema: typeDefs, resolvers, context, jit: 1, graphiql: false });
    return `${await app.listen({ host, port: 0 })}/graphql`;
  },
};

process.send?.(await servers[peer]());
