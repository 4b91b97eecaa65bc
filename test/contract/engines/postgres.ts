import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { ClusterView, Node } from '../../../src/datastores/datastore.js';
import type { Engine } from './engine.js';

type Login = Partial<Pick<pg.ClientConfig, 'user' | 'password' | 'ssl'>>;

/** One connection and what `use` makes of it; as the administrator over verified TLS unless `login` says otherwise. */
async function connected<T>(
  { ca, admin }: ClusterView,
  { addr, port }: Node,
  use: (client: pg.Client) => Promise<T>,
  login: Login = {},
): Promise<T> {
  const client = new pg.Client({
    host: addr,
    port,
    database: 'postgres',
    user: admin.username,
    password: admin.password.reveal(),
    ssl: { ca, rejectUnauthorized: true },
    ...login,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function value(cluster: ClusterView, node: Node, sql: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await connected(cluster, node, (client) =>
    client.query<unknown[]>({ text: sql, values, rowMode: 'array' }),
  );
  return rows[0]?.[0];
}

const primaryOf = ({ nodes }: ClusterView): Node => {
  const primary = nodes.find(({ role }) => role === 'PRIMARY');
  if (primary === undefined) throw new Error('no primary');
  return primary;
};

const parameters = { max_connections: 61, 'contract.odd': `it's "C:\\new"\n\tline`, log_checkpoints: false };

export const postgres: Engine = {
  settings: { parameters },

  async settingsOf(cluster, node) {
    const show = (name: string) => value(cluster, node, `SELECT current_setting('${name}')`);
    return {
      parameters: {
        max_connections: Number(await show('max_connections')),
        'contract.odd': await show('contract.odd'),
        log_checkpoints: (await show('log_checkpoints')) === 'on',
      },
    };
  },

  async write(cluster, text) {
    await connected(cluster, primaryOf(cluster), async (client) => {
      await client.query('CREATE TABLE IF NOT EXISTS note (text text PRIMARY KEY)');
      await client.query('INSERT INTO note VALUES ($1)', [text]);
    });
  },

  async sees(cluster, node, text) {
    const end = Date.now() + 10_000;
    await connected(cluster, node, async (client) => {
      for (;;) {
        const { rows } = await client.query('SELECT FROM note WHERE text = $1', [text]).catch((error: unknown) => {
          // The table itself may not have arrived.
          if ((error as pg.DatabaseError).code === '42P01') return { rows: [] };
          throw error;
        });
        if (rows.length > 0) return;
        if (Date.now() > end) throw new Error(`${node.name} does not show ${text}`);
        await pause(10);
      }
    });
  },

  startedAt: async (cluster, node) => (await value(cluster, node, 'SELECT pg_postmaster_start_time()')) as Date,

  intrusions(cluster, node) {
    const attempt = (login: Login) => () => connected(cluster, node, (client) => client.query('SELECT 1'), login);
    const { username, password } = cluster.replication;
    const superuser = (sql: string) => () => connected(cluster, node, (client) => client.query(sql));
    return [
      ['without TLS', attempt({ ssl: false }), /no pg_hba.conf entry .* no encryption/],
      ['with a wrong password', attempt({ password: 'wrong' }), /password authentication failed/],
      ['as the superuser', attempt({ user: 'postgres' }), /pg_hba.conf rejects connection .*"postgres"/],
      ['with another authority', attempt({ ssl: { ca: [], rejectUnauthorized: true } }), /certificate/],
      ['as nobody', attempt({ user: 'nobody' }), /password authentication failed/],
      ['with the other role’s password', attempt({ user: username }), /password authentication failed/],
      [
        'to a file, as the administrator',
        superuser(`COPY (SELECT 1) TO PROGRAM 'true'`),
        /permission denied|must be superuser/,
      ],
      ['to passwords, as the administrator', superuser('SELECT rolpassword FROM pg_authid'), /permission denied/],
      [
        'to superuser, as the administrator',
        superuser('ALTER ROLE admin SUPERUSER'),
        /permission denied|must be superuser|read-only/,
      ],
      [
        'to writing, as the replication user',
        () =>
          connected(cluster, node, (client) => client.query('CREATE TABLE mine (x int)'), {
            user: username,
            password: password.reveal(),
          }),
        /permission denied|read-only/,
      ],
    ];
  },

  async followers(cluster) {
    const names = await value(
      cluster,
      primaryOf(cluster),
      `SELECT coalesce(array_agg(slot_name::text ORDER BY slot_name) FILTER (WHERE active), '{}') FROM pg_replication_slots`,
    );
    return names as string[];
  },
};
