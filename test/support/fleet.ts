import pg from 'pg';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { cleanUp, ControlPlane, makeDataDir, type Environment } from './control-plane.js';
import { quiet } from './log.js';

/** Processes of one control plane, started by their roles, on a PostgreSQL of their own and with one data directory. */
export class Fleet {
  private readonly planes: ControlPlane[] = [];

  private constructor(
    readonly dataDir: string,
    private readonly databaseDir: string,
    private server: EmbeddedServer,
    private readonly env: Environment,
  ) {}

  /** `env`: of all of them. `databaseDir`: where PostgreSQL's files are to be. */
  static async begin(env: Environment = {}, databaseDir?: string): Promise<Fleet> {
    const place = databaseDir ?? (await makeDataDir());
    const server = await startEmbedded({ dataDir: place, user: await serviceUser(), log: quiet });
    return new Fleet(await makeDataDir(), place, server, env);
  }

  async start(role: 'api' | 'worker', env: Environment = {}): Promise<ControlPlane> {
    const plane = await ControlPlane.start(this.dataDir, {
      ...this.env,
      DTROVE_ROLE: role,
      DTROVE_DATABASE_URL: this.server.url,
      ...env,
    });
    this.planes.push(plane);
    return plane;
  }

  /** The URL of the control plane's database; of another one of the same server where that is named. */
  url(database?: string): string {
    return database === undefined
      ? this.server.url
      : Object.assign(new URL(this.server.url), { pathname: `/${database}` }).href;
  }

  async stopDatabase(): Promise<void> {
    await this.server.stop();
  }

  /** On the same port. */
  async startDatabase(): Promise<void> {
    this.server = await startEmbedded({ dataDir: this.databaseDir, user: await serviceUser(), log: quiet });
  }

  async sql<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url() });
    await client.connect();
    try {
      return (await client.query<T>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends all of it, and removes what it left; `between`: what is to be done in between. */
  async end(between: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    await Promise.all(this.planes.map((plane) => plane.stop('SIGKILL')));
    await this.server.stop();
    await between();
    await cleanUp();
  }
}
