import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Api } from './api.js';

/** The compiled program: `npm test` builds it first. */
const program = join(import.meta.dirname, '../../dist/src/main.js');

export type Environment = Readonly<Record<string, string>>;

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A control plane as its users run it: a process of its own. Everything else about it is asked over HTTP and WebSocket. */
export class ControlPlane {
  private constructor(
    private readonly child: ChildProcess,
    readonly readyLine: string,
    readonly ended: Promise<End>,
    /** What it has written to stderr. */
    readonly log: () => string,
  ) {}

  /** Starts it and waits for its ready line. Throws with all that it wrote where it ends before that. */
  static async start(dataDir: string, env: Environment = {}): Promise<ControlPlane> {
    const { child, log, ended } = launch(dataDir, env);
    const lines = createInterface({ input: child.stdout });
    const readyLine = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      ended.then(({ code, signal }) => {
        throw new Error(`the control plane ended with ${code ?? signal ?? ''}: ${log()}`);
      }),
    ]);
    return new ControlPlane(child, readyLine, ended, log);
  }

  get pid(): number {
    return this.child.pid ?? 0;
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

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.child.kill(signal);
    return this.ended;
  }
}

function launch(dataDir: string, env: Environment) {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DTROVE_') && name !== 'NODE_OPTIONS'),
  );
  const child = spawn(process.execPath, [program], {
    env: { ...own, DTROVE_DATA_DIR: dataDir, DTROVE_PORT: '0', DTROVE_LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return { child, ended, log: () => stderr };
}

/** Runs it to its end: for starts that are refused. */
export async function runToEnd(dataDir: string, env: Environment = {}): Promise<End & { readonly stderr: string }> {
  const { ended, log } = launch(dataDir, env);
  return { ...(await ended), stderr: log() };
}

/** A data directory that PostgreSQL's own user can enter. */
export async function makeDataDir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'dtrove-test-'));
  await chmod(path, 0o755);
  return path;
}

/** The pids of all PostgreSQL servers whose data lie below a directory. */
export async function postmasters(path: string): Promise<number[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries
    .filter(({ name }) => name === 'postmaster.pid')
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.map((text) => Number(text.split('\n')[0])).filter((pid) => pid > 0 && alive(pid));
}

/** Whether a process runs; one that has ended and waits for init to notice does not. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

/** Ends every database below a data directory and removes it: nothing of a test stays behind, however it ended. */
export async function wipe(path: string): Promise<void> {
  for (const pid of await postmasters(path)) if (alive(pid)) process.kill(pid, 'SIGKILL');
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
