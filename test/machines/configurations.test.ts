import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, fail, reached, succeed, type Created } from '../support/clusters.js';
import { attach, configurationOf, configured, detach, orderOf } from '../support/configurations.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';
import { clients, numbers, openOutside, type Login, type Outside } from './support/clients.js';
import { openMachines, type Machines } from './support/containers.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, authorityOf } from './support/plane.js';

const minutes = 60_000;

interface Case {
  readonly manager: keyof typeof clients;
  readonly version: string;
  readonly image: string;
  /** Taken while the server runs: values, and words of the client with what they shall print. */
  readonly dynamic: readonly [object, string, RegExp];
  /** Needs a restart. */
  readonly restart: readonly [object, string, RegExp];
  /** Right to the server that reads it, and fatal to the one that starts on it; what that says. */
  readonly fatal: readonly [object, RegExp];
}

const sql = (fatal: object, words: RegExp) => ({
  dynamic: [{ max_connections: 131 }, 'SELECT @@global.max_connections', /^131$/m] as const,
  restart: [{ back_log: 77 }, 'SELECT @@global.back_log', /^77$/m] as const,
  fatal: [fatal, words] as const,
});

const inMemory = {
  dynamic: [{ maxmemory: '300mb' }, 'INFO memory', /^maxmemory:314572800\r?$/m],
  restart: [{ databases: 40 }, 'SELECT 39', /^OK$/m],
  // What its reader takes is fatal to none that starts, save what takes the whole machine with it (`databases`): so it is
  // one that the running server refuses.
  fatal: [{ 'locale-collate': 'nowhere_NOPE' }, /set the parameters.*locale/is],
} as const;

const cases: Case[] = [
  {
    manager: 'postgres',
    version: '17',
    image: 'debian-13',
    dynamic: [{ work_mem: '9MB' }, 'SHOW work_mem', /^9MB$/m],
    restart: [{ max_connections: 210 }, 'SHOW max_connections', /^210$/m],
    fatal: [{ shared_buffers: '8000GB' }, /shared memory/],
  },
  { manager: 'redis', version: '8', image: 'debian-13', ...inMemory },
  { manager: 'valkey', version: '8', image: 'debian-13', ...inMemory },
  {
    manager: 'mariadb',
    version: '11.8',
    image: 'debian-13',
    ...sql({ innodb_buffer_pool_size: '100T' }, /Cannot map innodb_buffer_pool_size/),
  },
  {
    manager: 'mysql',
    version: '9',
    image: 'debian-13-mysql',
    ...sql({ thread_stack: '1E' }, /restart MySQL.*(thread|Data Dictionary initialization failed)/is),
  },
];

let lab: Lab;
let api: Api;
let front: ControlPlane;
let worker: ControlPlane;
let database: EmbeddedServer;
let dataDir: string;
let machines: Machines;
let outside: Outside;

const start = (role: 'api' | 'worker') =>
  ControlPlane.start(dataDir, {
    ...lab.env,
    DTROVE_PROVIDERS: 'incus',
    DTROVE_ROLE: role,
    DTROVE_DATABASE_URL: database.url,
    DTROVE_LEASE_SECONDS: '3',
  });

onMachines('configurations on real servers', () => {
  beforeAll(async () => {
    lab = await openLab();
    dataDir = await makeDataDir();
    database = await startEmbedded({ dataDir: await makeDataDir(), user: await serviceUser(), log: quiet });
    machines = openMachines('configurations', 'debian-13', 0);
    const engines = [...new Set(cases.map(({ manager }) => clients[manager]))];
    [outside, front, worker] = await Promise.all([openOutside(machines, engines), start('api'), start('worker')]);
    api = await front.api();
  }, 5 * minutes);

  afterAll(async () => {
    await api.close();
    await Promise.all([front.stop(), worker.stop()]);
    await database.stop();
    await cleanUp();
    await Promise.all([machines.close(), lab.close()]);
  }, 5 * minutes);

  describe.each(cases)('$manager $version', ({ manager, version, image, dynamic, restart, fatal }) => {
    const client = clients[manager];
    let made: Created;
    let datastoreId: string;
    let logins: readonly Login[];
    const id = () => made.cluster.id;

    /** Every node says so. */
    const holds = async ([, words, answer]: Case['dynamic']) => {
      for (const login of logins) expect(await outside.ask(client, login, words)).toMatch(answer);
    };
    const holdsNot = async ([, words, answer]: Case['dynamic']) => {
      for (const login of logins)
        expect(await outside.ask(client, login, words).catch((error: unknown) => String(error))).not.toMatch(answer);
    };

    /** Does `work` while the primary is written to; no acknowledged write is missing on any node. Prints the longest gap. */
    async function underAWriter(what: string, work: () => Promise<unknown>): Promise<void> {
      const [primary] = logins;
      if (primary === undefined) throw new Error('no primary');
      await outside.ask(client, primary, client.empty);
      const writer = await outside.startWriting(client, primary);
      let seconds = 0;
      const end = await (async () => {
        await until('a write', async () => (await writer.acknowledged()) > 0, minutes);
        const began = performance.now();
        await work();
        seconds = (performance.now() - began) / 1000;
        const during = await writer.acknowledged();
        await until('writes after it', async () => (await writer.acknowledged()) > during, minutes);
      })().then(
        () => writer.stop(),
        async (error: unknown) => {
          await writer.stop();
          throw error;
        },
      );
      expect(end.written.length).toBeGreaterThan(0);
      process.stderr.write(
        `${manager}: ${what}: ${seconds.toFixed(1)} s, longest gap of a writer ${end.gapMs} ms, ${end.written.length} writes\n`,
      );
      for (const login of logins) {
        const seen = () => outside.ask(client, login, client.read).then(numbers);
        await until(
          `all writes on ${login.host}`,
          async () => (await seen()).length >= end.written.length,
          minutes / 2,
        );
        expect(await seen()).toEqual(expect.arrayContaining([...end.written]));
      }
    }

    it(
      'has a cluster of three',
      async () => {
        made = await ask(api, { manager, version, image }, { name: `${manager}-set`, size: 3, flavor: 'small' });
        await succeed(api, made.operation.id);
        datastoreId = (await cluster(api, id())).datastore.id;
        const { username, password } = made.credentials;
        const { endpoints } = await cluster(api, id());
        logins = endpoints.map(({ host, port }) => ({ host, port, username, password }));
        await outside.trust(await authorityOf(api, id()));
        const [primary] = logins;
        if (primary !== undefined) await outside.ask(client, primary, client.setUp);
      },
      10 * minutes,
    );

    it(
      'takes a parameter while it runs, on every node',
      async () => {
        const configurationId = await configurationOf(api, datastoreId, `${manager} dynamic`, { ...dynamic[0] });
        expect(await orderOf(api, id(), configurationId)).toMatchObject({ needsRestart: false });
        await holdsNot(dynamic);
        await underAWriter('a change without a restart', async () =>
          succeed(api, await attach(api, id(), configurationId)),
        );
        await holds(dynamic);
      },
      3 * minutes,
    );

    it(
      'takes one that needs a restart, node after node, under a writer, and its worker is killed in the middle',
      async () => {
        const values = { ...dynamic[0], ...restart[0] };
        const configurationId = await configurationOf(api, datastoreId, `${manager} restart`, values);
        expect(await orderOf(api, id(), configurationId)).toMatchObject({ needsRestart: true });
        await underAWriter('a change with a restart', async () =>
          succeed(api, await attach(api, id(), configurationId)),
        );
        await holds(dynamic);
        await holds(restart);
        await underAWriter('back, its worker killed in the middle', async () => {
          const operation = await detach(api, id());
          await reached(api, operation, 'wait until it is healthy', 'RUNNING');
          await worker.stop('SIGKILL');
          worker = await start('worker');
          await succeed(api, operation);
        });
        await holdsNot(dynamic);
        await holdsNot(restart);
        expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', configuration: null });
      },
      5 * minutes,
    );

    it(
      'puts back what the server accepts and does not start with, and loses no write',
      async () => {
        const configurationId = await configurationOf(api, datastoreId, `${manager} fatal`, { ...fatal[0] });
        await underAWriter('a change that is put back', async () => {
          const failed = await fail(api, await attach(api, id(), configurationId));
          expect(failed.message).toMatch(fatal[1]);
          expect(failed.message).toMatch(/put back on every node$/);
        });
        expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', message: '', configuration: null });
        await deleteCluster(api, id());
      },
      5 * minutes,
    );
  });
});
