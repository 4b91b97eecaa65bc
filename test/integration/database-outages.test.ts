import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RegisterDatastoreDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, follow, reached } from '../support/clusters.js';
import { alive, makeDataDir, type ControlPlane } from '../support/control-plane.js';
import { Fleet } from '../support/fleet.js';
import { noTraces, tracesOf } from '../support/leftovers.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
let databaseDir: string;
let fleet: Fleet;
let front: ControlPlane;
let worker: ControlPlane;
let api: Api;
let mounted = false;

/** A way in which PostgreSQL cannot be worked with, and what the api says of it. */
interface Outage {
  readonly what: string;
  readonly begin: () => Promise<() => Promise<void>>;
  readonly words: RegExp;
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: fleet.url('postgres'), application_name: 'a test' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Takes every connection that there still is. */
async function takeAll(held: pg.Client[]): Promise<void> {
  for (;;) {
    const client = await connected().catch((error: unknown) => {
      if ((error as { code?: unknown }).code === '53300') return null;
      throw error;
    });
    if (client === null) return;
    held.push(client);
  }
}

const endOurs = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'dtrove%'`;

const outages: readonly Outage[] = [
  {
    what: 'has no connection left',
    begin: async () => {
      const held = [await connected()];
      let ended = 1;
      // Whoever is quicker gets what becomes free: until none of them is ours.
      while (ended > 0) {
        await takeAll(held);
        ended = (await held[0]?.query(endOurs))?.rowCount ?? 0;
      }
      return async () => {
        await Promise.all(held.map((client) => client.end()));
      };
    },
    words: /takes no more connections \(its max_connections is reached\); try again/,
  },
  {
    what: 'has no room on its disk',
    begin: async () => {
      const ballast = join(databaseDir, 'ballast');
      const { bavail, bsize } = await statfs(databaseDir);
      // PostgreSQL may have taken some of it since: then this ends where the disk does.
      await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      });
      return () => rm(ballast);
    },
    words: /the disk of the control plane’s database is full; make room there/,
  },
  {
    what: 'ends every connection, again and again',
    begin: async () => {
      const client = await connected();
      const over = new AbortController();
      const ending = (async () => {
        while (!over.signal.aborted) await client.query(endOurs);
      })();
      return async () => {
        over.abort();
        await ending;
        await client.end();
      };
    },
    words: /cannot reach its database now; try again soon/,
  },
  {
    what: 'is stopped, and started again',
    begin: async () => {
      await fleet.stopDatabase();
      return () => fleet.startDatabase();
    },
    words: /cannot reach its database now; try again soon/,
  },
];

beforeAll(async () => {
  databaseDir = await makeDataDir();
  mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=192m,mode=0755', 'tmpfs', databaseDir]).then(
    () => true,
    () => false,
  );
  fleet = await Fleet.begin({ DTROVE_LEASE_SECONDS: '3' }, databaseDir);
  [front, worker] = await Promise.all([fleet.start('api'), fleet.start('worker')]);
  api = await front.api();
}, 120_000);

/** What a process says that ends because of something unexpected. */
const fatal = (plane: ControlPlane): string[] =>
  plane
    .log()
    .split('\n')
    .filter((line) => line !== '' && (!line.startsWith('{') || line.includes('"level":60')));

afterAll(async () => {
  await api.close();
  await fleet.end(async () => {
    if (mounted) await run('umount', ['-l', databaseDir]);
  });
});

const ready = async (): Promise<number> => (await fetch(`${front.url}/readyz`)).status;

/** Asks for something that takes room, until it is refused. */
const refusal = () =>
  until('a mutation is refused', async () => {
    // What cannot be packed: soon it fits into no page that there is.
    const packages = Array.from({ length: 20 }, () => `p${randomBytes(24).toString('hex')}`);
    const input = { manager: 'postgres', version: '17', image: 'local', packages };
    const { errors } = await api.ask(RegisterDatastoreDocument, { input });
    return errors?.[0] ?? null;
  });

describe('a PostgreSQL that', () => {
  it.each(outages)(
    '$what: the api says so, no process ends, subscriptions have no gap, and what runs goes on and is recorded',
    async ({ what, begin, words }) => {
      if (!mounted && what.includes('disk')) {
        process.stderr.write(`not tested, as this machine mounts no file system for us: ${what}\n`);
        return;
      }
      const made = await createCluster(api, `outage-${outages.findIndex((one) => one.what === what)}`, 2);
      const { id } = made.operation;
      const following = follow(api, id);
      await reached(api, id, 'initialise the database', 'RUNNING');
      const end = await begin();
      await until('it is not ready', async () => (await ready()) === 503).catch((error: unknown) => {
        throw new Error([String(error), ...fatal(front)].join('; '), { cause: error });
      });
      const { message, extensions } = await refusal();
      // What nobody expected is told in the log only.
      const logged = /unexpected error/.test(message) ? front.log().slice(-5000) : '';
      expect(`${message}${logged}`).toMatch(words);
      expect(extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
      await end();
      await until('it is ready again', async () => (await ready()) === 200, 30_000);

      const events = await following;
      expect(events.at(-1)?.operation).toMatchObject({ status: 'SUCCEEDED', progress: 100, error: null });
      expect(await follow(api, id)).toEqual(events);
      expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
      expect([alive(front.pid), alive(worker.pid)]).toEqual([true, true]);
      expect([...fatal(front), ...fatal(worker)]).toEqual([]);
      await deleteCluster(api, made.cluster.id);
      expect(await tracesOf(fleet.dataDir)).toEqual(noTraces);
    },
    120_000,
  );
});
