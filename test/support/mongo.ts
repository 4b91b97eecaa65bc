import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { freePort } from './free-port.js';
import { until } from './until.js';

const script = join(import.meta.dirname, 'ferretdb.sh');

/** A server of MongoDB's wire protocol: the one of MONGO_URL, else FerretDB in a process of its own. */
export class MongoServer {
  private readonly clients: MongoClient[] = [];
  private made = 0;

  private constructor(
    private readonly base: string,
    private readonly own: Own | null,
  ) {}

  /** Throws, saying what is missing, where neither can be had. */
  static async start(): Promise<MongoServer> {
    const { MONGO_URL: given = '' } = process.env;
    if (given !== '') return new MongoServer(given, null);
    const own = await Own.build();
    await own.start();
    return new MongoServer(own.url, own);
  }

  /** The URL of a database of its own, with nothing in it. */
  empty(): string {
    this.made += 1;
    return Object.assign(new URL(this.base), { pathname: `/dtrove_test_${process.pid}_${this.made}` }).href;
  }

  /** A client of one database. */
  async connect(url: string): Promise<MongoClient> {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 });
    this.clients.push(client);
    return client.connect();
  }

  /** Whether finding a job and locking it is one act there; FerretDB may give one job to two who ask at once. */
  get atomic(): boolean {
    return this.own === null;
  }

  /** Whether it can be stopped: one of MONGO_URL is not ours. */
  get ours(): boolean {
    return this.own !== null;
  }

  /** Kills the server, and starts it again on the same port when `meanwhile` is over. */
  async outage(meanwhile: () => Promise<void>): Promise<void> {
    if (this.own === null) throw new Error('the server of MONGO_URL is not to be stopped');
    await this.own.kill();
    try {
      await meanwhile();
    } finally {
      await this.own.start();
    }
  }

  async stop(): Promise<void> {
    for (let n = 1; n <= this.made; n += 1) {
      const client = await this.connect(
        Object.assign(new URL(this.base), { pathname: `/dtrove_test_${process.pid}_${n}` }).href,
      );
      await client.db().dropDatabase();
    }
    await Promise.all(this.clients.map((client) => client.close()));
    await this.own?.end();
  }
}

/** A FerretDB of ours. */
class Own {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly program: string,
    private readonly port: number,
    private readonly directory: string,
  ) {}

  static async build(): Promise<Own> {
    const { stdout } = await promisify(execFile)(script).catch((error: unknown) => {
      const { stderr = String(error) } = error as { stderr?: string };
      throw new Error(
        `no MongoDB to test with: ${stderr.trim()}; set MONGO_URL to any MongoDB (its databases dtrove_test_… are used)`,
      );
    });
    return new Own(stdout.trim(), await freePort(), await mkdtemp(join(tmpdir(), 'dtrove-ferretdb-')));
  }

  get url(): string {
    return `mongodb://127.0.0.1:${this.port}/`;
  }

  async start(): Promise<void> {
    const options = {
      handler: 'sqlite',
      'sqlite-url': `file:${this.directory}/`,
      'state-dir': this.directory,
      'listen-addr': `127.0.0.1:${this.port}`,
      'debug-addr': '-',
      telemetry: 'disable',
      'log-level': 'ERROR',
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    this.child = spawn(this.program, args, { stdio: 'ignore' });
    // A client whose first attempt fails stays useless for long: one a try.
    await until('FerretDB answers', async () => {
      const client = new MongoClient(this.url, { serverSelectionTimeoutMS: 500 });
      const answer = client.db('admin').command({ ping: 1 });
      return answer.then(Boolean, () => false).finally(() => client.close());
    });
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A MongoDB to test with, or the reason why there is none. One that MONGO_URL names has to be there. */
export async function mongoOrWhyNot(): Promise<{ readonly server: MongoServer | null; readonly whyNot: string }> {
  try {
    return { server: await MongoServer.start(), whyNot: '' };
  } catch (error) {
    const whyNot = error instanceof Error ? error.message : String(error);
    process.stderr.write(`not tested: what needs MongoDB. ${whyNot}\n`);
    return { server: null, whyNot };
  }
}
