import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import type { ClusterView, Node } from '../../../src/datastores/datastore.js';
import { respClient, type RespClient } from '../../support/resp.js';
import type { Engine } from './engine.js';

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
}

/** One connection and what `use` makes of it; as the administrator over verified TLS unless `login` says otherwise. */
async function connected<T>(
  { ca, admin }: ClusterView,
  { addr, port }: Node,
  use: (client: RespClient) => Promise<T>,
  { username = admin.username, password = admin.password.reveal(), tls = {} }: Login = {},
): Promise<T> {
  const client = await respClient({ host: addr, port, ca, ...tls });
  try {
    if (username !== '') await client.command('AUTH', username, password);
    return await use(client);
  } finally {
    client.close();
  }
}

const primaryOf = ({ nodes }: ClusterView): Node => {
  const primary = nodes.find(({ role }) => role === 'PRIMARY');
  if (primary === undefined) throw new Error('no primary');
  return primary;
};

const info = async (cluster: ClusterView, node: Node): Promise<(name: string) => string> => {
  const text = String(await connected(cluster, node, (client) => client.command('INFO')));
  return (name) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
};

/** What answers a client that speaks no TLS. */
const inPlaintext = ({ addr, port }: Node): Promise<never> =>
  new Promise((_, reject) => {
    let answer = '';
    const socket = connect(port, addr, () => {
      const end = () => {
        reject(new Error(answer.includes('PONG') ? 'it answers' : 'closed without an answer'));
      };
      socket.off('error', reject).on('error', end).on('close', end).write('PING\r\n');
    });
    socket.on('error', reject).on('data', (data) => (answer += data.toString('latin1')));
  });

// A run is known by its id alone: the first sight of one stands for when it began.
const births = new Map<string, Date>();

const settings = {
  parameters: {
    hz: 25,
    'maxmemory-policy': 'allkeys-lfu',
    'proc-title-template': `{title} it's "odd" \\ {listen-addr}`,
  },
};

/** Redis and Valkey. */
export const redis: Engine = {
  settings,

  async settingsOf(cluster, node) {
    const told = await info(cluster, node);
    return {
      parameters: {
        ...settings.parameters,
        hz: Number(told('configured_hz')),
        'maxmemory-policy': told('maxmemory_policy'),
      },
    };
  },

  async write(cluster, text) {
    await connected(cluster, primaryOf(cluster), (client) => client.command('SADD', 'notes', text));
  },

  async sees(cluster, node, text) {
    const end = Date.now() + 10_000;
    for (;;) {
      const found = await connected(cluster, node, (client) => client.command('SISMEMBER', 'notes', text)).catch(
        (error: unknown) => {
          // One that has just started, or is just being copied to.
          if (/^Error: LOADING/.test(String(error))) return 0;
          throw error;
        },
      );
      if (found === 1) return;
      if (Date.now() > end) throw new Error(`${node.name} does not show ${text}`);
      await pause(20);
    }
  },

  async startedAt(cluster, node) {
    const run = (await info(cluster, node))('run_id');
    const birth = births.get(run) ?? new Date();
    births.set(run, birth);
    return birth;
  },

  intrusions(cluster, node) {
    const attempt =
      (login: Login, ...words: string[]) =>
      () =>
        connected(cluster, node, (client) => client.command(...words), login);
    const { username, password } = cluster.replication;
    const replica = { username, password: password.reveal() };
    return [
      ['without TLS', () => inPlaintext(node), /closed without an answer/],
      ['without a login', attempt({ username: '' }, 'PING'), /NOAUTH/],
      ['with a wrong password', attempt({ password: 'wrong' }, 'PING'), /WRONGPASS/],
      ['as the default user', attempt({ username: 'default', password: '' }, 'PING'), /WRONGPASS/],
      ['as nobody', attempt({ username: 'nobody' }, 'PING'), /WRONGPASS/],
      ['with the other role’s password', attempt({ username }, 'PING'), /WRONGPASS/],
      ['with another authority', attempt({ tls: { ca: [] } }, 'PING'), /certificate/],
      ['to passwords, as the administrator', attempt({}, 'CONFIG', 'GET', 'masterauth'), /NOPERM/],
      ['to users, as the administrator', attempt({}, 'ACL', 'LIST'), /NOPERM/],
      ['to its end, as the administrator', attempt({}, 'SHUTDOWN'), /NOPERM/],
      ['to another primary, as the administrator', attempt({}, 'REPLICAOF', 'NO', 'ONE'), /NOPERM/],
      ['to reading, as the replication user', attempt(replica, 'SMEMBERS', 'notes'), /NOPERM/],
      ['to writing, as the replication user', attempt(replica, 'SADD', 'notes', 'x'), /NOPERM/],
    ];
  },

  async followers(cluster) {
    const told = await info(cluster, primaryOf(cluster));
    const count = Number(told('connected_slaves'));
    return Array.from({ length: count }, (_, i) => told(`slave${i}`)).filter((line) => line.includes('state=online'));
  },
};
