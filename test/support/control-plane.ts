import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Api } from './api.js';
import { alive, postmasters, wipe } from './leftovers.js';

export { alive, postmasters, wipe };

/** The compiled program: `npm test` builds it first. */
const program = join(import.meta.dirname, '../../dist/src/main.js');

export type Environment = Readonly<Record<string, string>>;

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LaunchOptions {
  /** As whom; as ourselves unless given. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly args?: readonly string[];
  /** In a process group of its own, as a shell starts it. */
  readonly detached?: boolean;
}

/** A process that may become a control plane. */
export interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
  /** What it has written to stdout, and to stderr. */
  readonly out: () => string;
  readonly log: () => string;
}

const launched = new Set<Launched>();
const made = new Set<string>();

/** With TEST_JOBS_URL (`npm run test:mongo`) the jobs of every data directory are in a database of their own there. */
function jobStore(dataDir: string): Environment {
  const { TEST_JOBS_URL: url = '' } = process.env;
  return url === '' ? {} : { DTROVE_JOBS_URL: Object.assign(new URL(url), { pathname: basename(dataDir) }).href };
}

/** Starts the program and waits for nothing. */
export function launch(
  dataDir: string,
  env: Environment = {},
  { user, args = [], detached = false }: LaunchOptions = {},
): Launched {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DTROVE_') && name !== 'NODE_OPTIONS'),
  );
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...own, DTROVE_DATA_DIR: dataDir, DTROVE_PORT: '0', DTROVE_LOG_LEVEL: 'info', ...jobStore(dataDir), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
    ...user,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const started: Launched = { child, ended, out: () => stdout, log: () => stderr };
  launched.add(started);
  return started;
}

/** A control plane as its users run it: a process of its own. Everything else about it is asked over HTTP and WebSocket. */
export class ControlPlane {
  private constructor(
    private readonly process: Launched,
    readonly readyLine: string,
  ) {}

  /** Starts it and waits for its ready line. Throws with all that it wrote where it ends before that. */
  static async start(dataDir: string, env: Environment = {}, options: LaunchOptions = {}): Promise<ControlPlane> {
    const process = launch(dataDir, env, options);
    const { child, ended, log } = process;
    if (child.stdout === null) throw new Error('it has no stdout');
    const lines = createInterface({ input: child.stdout });
    const readyLine = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      ended.then(({ code, signal }) => {
        throw new Error(`the control plane ended with ${code ?? signal ?? ''}: ${log()}`);
      }),
    ]);
    return new ControlPlane(process, readyLine);
  }

  get pid(): number {
    return this.process.child.pid ?? 0;
  }

  get ended(): Promise<End> {
    return this.process.ended;
  }

  /** What it has written to stderr. */
  log(): string {
    return this.process.log();
  }

  /** The base URL of its API, as its ready line says. */
  get url(): string {
    return /API (http:\/\/\S+)\/graphql/.exec(this.readyLine)?.[1] ?? '';
  }

  /** A client with the administrator's token, from the file that the ready line names. */
  async api(): Promise<Api> {
    const file = /token in (.+)$/.exec(this.readyLine)?.[1] ?? '';
    return new Api(this.url, (await readFile(file, 'utf8')).trim());
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.process.child.kill(signal);
    return this.ended;
  }
}

/** Runs it to its end: for starts that are refused. */
export async function runToEnd(
  dataDir: string,
  env: Environment = {},
  options: LaunchOptions = {},
): Promise<End & { readonly stdout: string; readonly stderr: string }> {
  const { ended, log, out } = launch(dataDir, env, options);
  return { ...(await ended), stdout: out(), stderr: log() };
}

/** A data directory that PostgreSQL's own user can enter. */
export async function makeDataDir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'dtrove-test-'));
  made.add(path);
  await chmod(path, 0o755);
  return path;
}

/** Ends every process that this test file launched, and removes every data directory that it made: for `afterAll`. */
export async function cleanUp(): Promise<void> {
  for (const { child, ended } of launched) {
    child.kill('SIGKILL');
    await ended;
  }
  launched.clear();
  for (const path of made) await wipe(path);
  made.clear();
}
