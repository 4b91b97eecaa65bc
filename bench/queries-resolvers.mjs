import DataLoader from 'dataloader';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import pg from 'pg';

const cursorOf = ({ id }) => Buffer.from(`id:${id}`).toString('base64url');
const clusterColumns = `id, name, datastore_id AS "datastoreId", size, status, message, provider, flavor, created_at AS "createdAt"`;
const instanceColumns = `id, name, cluster_id AS "clusterId", role, server_status AS "serverStatus", progress, message,
  addr, port, created_at AS "createdAt"`;

/** What the list asks for, as a careful author writes it by hand: one query a kind of row, plain pg, no objects between. */
export function listOf(databaseUrl) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 12 });
  const rows = async (text, values = []) => (await pool.query(text, values)).rows;

  const context = () => ({
    datastores: new DataLoader(async (ids) => {
      const found = await rows('SELECT * FROM datastore WHERE id = ANY($1)', [ids]);
      const byId = new Map(found.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id));
    }),
    instances: new DataLoader(async (ids) => {
      const found = await rows(
        `SELECT ${instanceColumns} FROM instance WHERE cluster_id = ANY($1) AND deleted_at IS NULL ORDER BY id`,
        [ids],
      );
      const groups = new Map(ids.map((id) => [id, []]));
      for (const row of found) groups.get(row.clusterId).push(row);
      return ids.map((id) => groups.get(id));
    }),
  });

  const resolvers = {
    DateTime: GraphQLDateTime,
    JSON: GraphQLJSON,
    Query: {
      clusters: async (_root, { first }) => {
        const [found, [{ count }]] = await Promise.all([
          rows(`SELECT ${clusterColumns} FROM cluster WHERE deleted_at IS NULL ORDER BY id LIMIT $1`, [first + 1]),
          rows('SELECT count(*)::int AS count FROM cluster WHERE deleted_at IS NULL'),
        ]);
        const nodes = found.slice(0, first);
        return {
          totalCount: count,
          edges: nodes.map((node) => ({ cursor: cursorOf(node), node })),
          pageInfo: { hasNextPage: found.length > first, endCursor: nodes.length > 0 ? cursorOf(nodes.at(-1)) : null },
        };
      },
    },
    Cluster: {
      datastore: ({ datastoreId }, _args, { datastores }) => datastores.load(datastoreId),
      instances: ({ id }, _args, { instances }) => instances.load(id),
      endpoints: async ({ id }, _args, { instances }) =>
        (await instances.load(id)).map(({ role, addr, port }) => ({
          ...{ role, host: addr, port },
          uri: `postgresql://admin@${addr}:${port}/postgres?sslmode=require`,
        })),
    },
    Datastore: { name: ({ manager, version }) => `${manager} - ${version}` },
  };
  return { resolvers, context };
}
