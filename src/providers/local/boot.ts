import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.js';
import { quote } from '../../shell/command.js';
import type { Ground } from './ground.js';
import { pathsOf } from './paths.js';
import type { ServerRecord } from './record.js';
import { spawnOn } from './spawn.js';

const patienceMs = 60_000;
const attempts = 3;
const pauseMs = 500;

/** Runs one to its end; its last words where it fails. */
function runScript(ground: Ground, { key, user }: ServerRecord, script: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawnOn(ground, user, pathsOf(ground.servers, key), quote(script));
    let said = '';
    const timer = setTimeout(() => {
      resolve(`it still runs after ${String(patienceMs / 1000)} s`);
    }, patienceMs);
    child.stdin.end();
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.on('error', (error) => {
      resolve(messageOf(error));
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : `exit ${String(code ?? signal)}: ${said.trim()}`);
    });
  });
}

/** What an init does at boot: runs the executables in the server's `autostart`, in the order of their names. */
export async function boot(ground: Ground, record: ServerRecord): Promise<void> {
  const { autostart } = pathsOf(ground.servers, record.key);
  for (const name of (await readdir(autostart).catch(() => [])).sort()) {
    const script = join(autostart, name);
    if (
      await access(script, constants.X_OK).then(
        () => false,
        () => true,
      )
    )
      continue;
    let failure = await runScript(ground, record, script);
    // What a killed database left behind takes a moment to go, and it does not start before that.
    for (let tries = 1; failure !== null && tries < attempts; tries += 1) {
      await delay(pauseMs);
      failure = await runScript(ground, record, script);
    }
    if (failure !== null) ground.log.warn({ server: record.key, script: name, failure }, 'an autostart script failed');
  }
}
