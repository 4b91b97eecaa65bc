import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { layoutOf } from './product.mjs';

/**
 * Runs a shell command as a server of the local provider would: same programs, same user, same environment.
 * @param {import('./ground.mjs').Ground} ground
 * @param {{ facts: { home: string } }} node
 * @param {string} text
 * @param {string} [stdin]
 */
export function shell({ user, path }, node, text, stdin = '') {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', text], {
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
      cwd: node.facts.home,
      env: { PATH: path, HOME: node.facts.home, LC_ALL: 'C' },
      detached: true,
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    child.stdout.resume();
    child.on('error', reject);
    // Not 'close': the database that a command has started keeps its output open.
    child.on('exit', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`exit ${code}: ${said.trim()}\n${text}`));
    });
    child.stdin.end(stdin);
  });
}

/** Ends the server of a node at once, as its data are not kept, and waits until it is gone. */
export async function stopPostgres(view, node) {
  const text = await readFile(layoutOf(view, node).pid, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!(pid > 1)) return;
  for (let alive = signal(pid, 'SIGQUIT'); alive; alive = signal(pid, 0)) await delay(5);
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
