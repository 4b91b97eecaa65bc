import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';

/** The shells of this machine that a server's /bin/sh may be: dash, and bash as on macOS. */
export const shells: readonly string[] = ['/bin/sh', '/bin/bash'].filter((shell) => existsSync(shell));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a real shell, as a Remote would on a server. */
export function runIn(shell: string, { text, stdin }: Command, env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync(shell, ['-c', text], {
    input: stdin instanceof Secret ? stdin.reveal() : (stdin ?? ''),
    encoding: 'utf8',
    env: { ...process.env, ...env },
    argv0: 'sh',
  });
  // A command that ends without reading its stdin is no failure.
  if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  return { code: status ?? -1, stdout, stderr };
}
