import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.js';
import { DemoFailure, Interrupted } from './failure.js';
import { tailOf } from './log-tail.js';
import type { Place } from './place.js';
import { probe } from './probe.js';

const MOST_LOG_BYTES = 5_000_000;
const START_MS = 120_000;
const YIELD_MS = 15_000;
const POLL_MS = 40;

/** The control plane that the demonstration talks to. */
export interface ControlPlane {
  readonly api: Api;
  /** Whether we started it, and so have to stop it. */
  readonly ours: boolean;
  /** Fires when a control plane that we started ends by itself. */
  readonly died: AbortSignal;
  stop(): Promise<void>;
}

/** Uses the control plane that runs at `place`, or starts one there. */
export async function controlPlane(place: Place, signal: AbortSignal, starting: () => void): Promise<ControlPlane> {
  const found = await probe(place);
  if (found.kind === 'ready') return notOurs(found.api);
  starting();
  if (found.kind === 'starting')
    return notOurs(
      await ready(
        place,
        signal,
        () => [],
        () => false,
      ),
    );
  return start(place, signal);
}

async function start(place: Place, signal: AbortSignal): Promise<ControlPlane> {
  const { child, tail } = launch(place);
  const died = new AbortController();
  const buried = (how: string) => {
    died.abort(new DemoFailure(`the control plane ended by itself (${how})`, tail()));
  };
  child.once('exit', (code, signalName) => {
    buried(signalName ?? `exit code ${String(code)}`);
  });
  child.once('error', (error) => {
    buried(error.message);
  });
  try {
    const api = await ready(place, signal, tail, () => died.signal.aborted);
    // Two demonstrations at once: the other one's control plane won the port, and ours gave way.
    return died.signal.aborted
      ? notOurs(api)
      : { api, ours: true, died: died.signal, stop: () => stop(child, api, place.stopMs) };
  } catch (error) {
    await end(child, place.stopMs);
    throw error;
  }
}

/** Its logs go to a file. In a session of its own, so that Ctrl-C reaches it once and through us. */
function launch({ dataDir, logFile, port }: Place): { child: ChildProcess; tail: () => string[] } {
  // As the control plane would make it: for root, PostgreSQL's user has to pass through.
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const log = openSync(logFile, 'a', 0o600);
  try {
    if (fstatSync(log).size > MOST_LOG_BYTES) ftruncateSync(log);
    const { size } = fstatSync(log);
    const env = { ...process.env, DTROVE_PORT: String(port) };
    const main = fileURLToPath(new URL('../main.js', import.meta.url));
    const child = spawn(process.execPath, [main], { stdio: ['ignore', log, log], detached: true, env });
    return { child, tail: () => tailOf(logFile, size) };
  } finally {
    closeSync(log);
  }
}

async function ready(place: Place, signal: AbortSignal, tail: () => string[], ended: () => boolean): Promise<Api> {
  let deadline = Date.now() + START_MS;
  let over = false;
  while (Date.now() < deadline) {
    if (signal.aborted) throw new Interrupted();
    if (!over && ended()) {
      over = true;
      deadline = Date.now() + (isYielding(tail()) ? YIELD_MS : 0);
    }
    const found = await probe(place);
    if (found.kind === 'ready') return found.api;
    await sleep(POLL_MS);
  }
  if (over) throw new DemoFailure('the control plane did not start', tail());
  throw new DemoFailure(`the control plane was not ready within ${START_MS / 1000} s`, tail());
}

/** Two demonstrations that start at once race for the directory or the port; who lost waits for the winner's control plane. */
const isYielding = (lines: readonly string[]): boolean =>
  lines.some((line) => /is (in use|taken) by another process/.test(line));

const notOurs = (api: Api): ControlPlane => ({
  api,
  ours: false,
  died: new AbortController().signal,
  stop: () => api.close(),
});

async function stop(child: ChildProcess, api: Api, patienceMs: number): Promise<void> {
  await api.close();
  await end(child, patienceMs);
}

async function end(child: ChildProcess, patienceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(impatient);
}
