import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Api } from './api.mjs';
import { onCleanUp } from './clean-up.mjs';
import { program } from './product.mjs';

/**
 * Starts the control plane as its users run it, and waits for its ready line.
 * @param {string} dataDir
 * @param {Record<string, string>} env
 */
export async function startControlPlane(dataDir, env = {}) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DTROVE_') && name !== 'NODE_OPTIONS');
  const settings = { DTROVE_DATA_DIR: dataDir, DTROVE_PORT: '0', DTROVE_HOST: '127.0.0.1', DTROVE_LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [program], {
    env: { ...Object.fromEntries(own), ...settings, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A Ctrl-C is for us: what has been made must be removed before it goes.
    detached: true,
  });
  const ended = once(child, 'close');
  const stop = onCleanUp(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    ended.then(([code]) => Promise.reject(new Error(`the control plane ended with ${code}`))),
  ]);
  const url = /API (http:\/\/\S+)\/graphql/.exec(line)?.[1] ?? '';
  // A worker has no API.
  const [, tokenFile] = /token in (.+)$/.exec(line) ?? [];
  const token = tokenFile === undefined ? '' : (await readFile(tokenFile, 'utf8')).trim();
  return { pid: child.pid ?? 0, readyAt: performance.now(), api: () => new Api(url, token), stop };
}
