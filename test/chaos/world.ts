import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import type { Api } from '../support/api.js';
import { ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';

export const leaseSeconds = 3;
export const processes = ['api 1', 'api 2', 'worker 1', 'worker 2'] as const;
export type Name = (typeof processes)[number];

/** Two api processes and two workers on one PostgreSQL, and all that can befall them. */
export class World {
  private readonly planes = new Map<Name, ControlPlane>();
  private readonly apis = new Map<Name, Api>();
  private faults = 0;

  private constructor(
    readonly dataDir: string,
    private readonly databaseDir: string,
    private database: EmbeddedServer,
  ) {}

  static async begin(): Promise<World> {
    const [dataDir, databaseDir] = [await makeDataDir(), await makeDataDir()];
    const database = await startEmbedded({ dataDir: databaseDir, user: await serviceUser(), log: quiet });
    const world = new World(dataDir, databaseDir, database);
    await mkdir(join(dataDir, 'faults'));
    // The first makes the tables and the keys.
    await world.start('api 1');
    await Promise.all(processes.slice(1).map((name) => world.start(name)));
    return world;
  }

  /** A client of one of the api processes. */
  api(name: 'api 1' | 'api 2' = 'api 1'): Api {
    const api = this.apis.get(name);
    if (api === undefined) throw new Error(`${name} does not run`);
    return api;
  }

  /** Kills a process, and starts another in its place. */
  async kill(name: Name): Promise<void> {
    await this.apis.get(name)?.close();
    await this.planes.get(name)?.stop('SIGKILL');
    await this.start(name);
  }

  /** Stops a process in whatever it does, for longer than its leases last. */
  async freeze(name: Name): Promise<void> {
    const pid = this.planes.get(name)?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await delay(leaseSeconds * 1000 + 1000);
    process.kill(pid, 'SIGCONT');
  }

  async restartDatabase(): Promise<void> {
    await this.database.stop();
    this.database = await startEmbedded({ dataDir: this.databaseDir, user: await serviceUser(), log: quiet });
  }

  emptyJobs(): Promise<void> {
    return this.ask(this.database.url, 'TRUNCATE agenda_jobs');
  }

  /** Ends every connection to the database. */
  endConnections(): Promise<void> {
    const ending = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.databaseName}'`;
    return this.ask(this.besides, ending);
  }

  /** Has PostgreSQL take no connection for a while, as when its limit is reached. */
  async refuseConnections(): Promise<void> {
    const allow = (may: boolean): Promise<void> =>
      this.ask(this.besides, `ALTER DATABASE ${this.databaseName} ALLOW_CONNECTIONS ${may}`);
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

  async end(): Promise<void> {
    for (const api of this.apis.values()) await api.close();
    for (const plane of this.planes.values()) await plane.stop('SIGKILL');
    await this.database.stop();
  }

  private get databaseName(): string {
    return new URL(this.database.url).pathname.slice(1);
  }

  /** Another database of the same server. */
  private get besides(): string {
    return Object.assign(new URL(this.database.url), { pathname: '/postgres' }).href;
  }

  private async ask(connectionString: string, statement: string): Promise<void> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  private async start(name: Name): Promise<void> {
    const role = name.startsWith('api') ? 'api' : 'worker';
    const plane = await ControlPlane.start(this.dataDir, {
      DTROVE_ROLE: role,
      DTROVE_DATABASE_URL: this.database.url,
      DTROVE_PROVIDERS: join(import.meta.dirname, 'provider.mjs'),
      DTROVE_LEASE_SECONDS: String(leaseSeconds),
      DTROVE_STEP_ATTEMPTS: '8',
    });
    this.planes.set(name, plane);
    if (role === 'api') this.apis.set(name, await plane.api());
  }
}
