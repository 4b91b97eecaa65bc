import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import type { Api } from '../support/api.js';
import { ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { openPlace, type Place } from './places.js';
import { Takeovers } from './takeovers.js';

export const leaseSeconds = 3;
/** How long the api processes may take, and how often it is looked, in milliseconds: whoever asks all the time slows down what it asks. */
const readyMs = 60_000;
export const lookMs = 100;
export const fronts = ['api 1', 'api 2'] as const;
export type Front = (typeof fronts)[number];
export const processes = [...fronts, 'worker 1', 'worker 2'] as const;
export type Name = (typeof processes)[number];

/** Two api processes and two workers on one PostgreSQL, and all that can befall them. */
export class World {
  private readonly planes = new Map<Name, ControlPlane>();
  /** Those that were killed, the last ones last. */
  private readonly dead: { readonly name: Name; readonly plane: ControlPlane }[] = [];
  private readonly apis = new Map<Name, Api>();
  private readonly takeovers = new Takeovers((text, values) => this.ask(text, values));
  private faults = 0;

  private constructor(
    private readonly provider: string,
    private readonly dataDir: string,
    private readonly databaseDir: string,
    private database: EmbeddedServer,
    readonly place: Place,
  ) {}

  static async begin(provider: string): Promise<World> {
    const [dataDir, databaseDir] = [await makeDataDir(), await makeDataDir()];
    const place = await openPlace(provider, dataDir);
    const database = await startEmbedded({ dataDir: databaseDir, user: await serviceUser(), log: quiet });
    const world = new World(provider, dataDir, databaseDir, database, place);
    // No machine crashes here: what PostgreSQL has written is there, whatever becomes of its processes.
    await world.ask('ALTER SYSTEM SET fsync = off');
    await world.ask('SELECT pg_reload_conf()');
    await mkdir(join(dataDir, 'faults'));
    // The first makes the tables and the keys.
    await world.start('api 1');
    await Promise.all(processes.slice(1).map((name) => world.start(name)));
    return world;
  }

  /** A client of one of the api processes. */
  api(name: Front = 'api 1'): Api {
    const api = this.apis.get(name);
    if (api === undefined) throw new Error(`${name} does not run`);
    return api;
  }

  /** Waits until both api processes can work. */
  async ready(): Promise<void> {
    const status = (name: Front): Promise<number> =>
      fetch(`${this.api(name).url}/readyz`).then(
        (answer) => answer.status,
        () => 0,
      );
    const end = performance.now() + readyMs;
    while ((await status('api 1')) !== 200 || (await status('api 2')) !== 200) {
      if (performance.now() > end) throw new Error(`the api processes are not ready after ${readyMs / 1000} s`);
      await delay(lookMs);
    }
  }

  /** Kills a process, and starts another in its place. */
  async kill(name: Name): Promise<void> {
    const plane = this.planes.get(name);
    if (plane === undefined) throw new Error(`${name} does not run`);
    await this.takeovers.note(plane.pid);
    await plane.stop('SIGKILL');
    this.dead.push({ name, plane });
    await this.apis.get(name)?.close();
    await this.start(name);
  }

  /** What each process has written, and the two that were killed last. */
  logs(): { readonly name: string; readonly pid: number; readonly log: string }[] {
    const dead = this.dead.slice(-2).map(({ name, plane }) => ({ name: `${name} (killed)`, plane }));
    const alive = [...this.planes].map(([name, plane]) => ({ name, plane }));
    return [...dead, ...alive].map(({ name, plane }) => ({ name, pid: plane.pid, log: plane.log() }));
  }

  /** The longest time from a kill until another worker went on with what the dead one was at, in milliseconds. */
  longestTakeover(): Promise<number> {
    return this.takeovers.longest();
  }

  /** Stops a process in whatever it does, for longer than its leases last. */
  async freeze(name: Name): Promise<void> {
    const pid = this.planes.get(name)?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await delay(leaseSeconds * 1000 + 500);
    process.kill(pid, 'SIGCONT');
  }

  async restartDatabase(): Promise<void> {
    await this.database.stop();
    this.database = await startEmbedded({ dataDir: this.databaseDir, user: await serviceUser(), log: quiet });
  }

  async emptyJobs(): Promise<void> {
    await this.ask('TRUNCATE agenda_jobs');
  }

  /** Ends every connection to the database. */
  async endConnections(): Promise<void> {
    const ending = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1';
    await this.ask(ending, [this.databaseName], this.besides);
  }

  /** Has PostgreSQL take no connection for a while, as when its limit is reached. */
  async refuseConnections(): Promise<void> {
    const allow = (may: boolean) =>
      this.ask(`ALTER DATABASE ${this.databaseName} ALLOW_CONNECTIONS ${may}`, [], this.besides);
    await allow(false);
    await this.endConnections();
    await delay(1500);
    await allow(true);
  }

  cutConnections(): Promise<void> {
    return writeFile(join(this.dataDir, 'faults', 'cut'), '');
  }

  /** Afflicts the next call of the provider. */
  afflict(call: string, kind: string): Promise<void> {
    this.faults += 1;
    return writeFile(join(this.dataDir, 'faults', `${call}.${kind}.${this.faults}`), '');
  }

  /** Takes back the afflictions that befell nobody. */
  async relieve(): Promise<void> {
    const directory = join(this.dataDir, 'faults');
    for (const name of await readdir(directory)) if (name !== 'cut') await rm(join(directory, name), { force: true });
  }

  /** What the rows say that they must not, when nothing is at work: in words. */
  async unsettled(): Promise<string[]> {
    const rows = await this.ask<{ words: string }>(
      `SELECT kind || ' is still ' || status AS words FROM operation WHERE status IN ('QUEUED', 'RUNNING', 'WAITING')
        UNION ALL
       SELECT 'the step ' || s.name || ' runs for ever in an operation that is ' || o.status
         FROM operation_step s JOIN operation o ON o.id = s.operation_id
        WHERE s.status = 'RUNNING' AND o.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
        UNION ALL
       SELECT 'a cluster is left ' || c.status FROM cluster c
        WHERE c.status IN ('SPAWNING', 'UPDATING', 'DELETING') AND NOT EXISTS (
              SELECT 1 FROM operation WHERE cluster_id = c.id AND status IN ('QUEUED', 'RUNNING', 'WAITING'))`,
    );
    return rows.map(({ words }) => words);
  }

  /** Asks the control plane's database. */
  async ask<T extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    connectionString = this.database.url,
  ): Promise<T[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client
      .query<T>(text, [...values])
      .then(({ rows }) => rows)
      .finally(() => client.end());
  }

  async end(): Promise<void> {
    for (const api of this.apis.values()) await api.close();
    for (const plane of this.planes.values()) await plane.stop('SIGKILL');
    await this.database.stop();
    await this.place.close();
  }

  private get databaseName(): string {
    return new URL(this.database.url).pathname.slice(1);
  }

  /** Another database of the same server. */
  private get besides(): string {
    return Object.assign(new URL(this.database.url), { pathname: '/postgres' }).href;
  }

  private async start(name: Name): Promise<void> {
    const role = name.startsWith('api') ? 'api' : 'worker';
    const plane = await ControlPlane.start(this.dataDir, {
      ...this.place.env,
      CHAOS_PROVIDER: this.provider,
      DTROVE_ROLE: role,
      DTROVE_DATABASE_URL: this.database.url,
      DTROVE_PROVIDERS: join(import.meta.dirname, 'provider.mjs'),
      DTROVE_LEASE_SECONDS: String(leaseSeconds),
      DTROVE_SWEEP_SECONDS: '1',
      DTROVE_STEP_ATTEMPTS: '20',
    });
    this.planes.set(name, plane);
    if (role === 'api') this.apis.set(name, await plane.api());
  }
}
