import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Remote, Result } from '../../src/remote/remote.js';
import { Secret } from '../../src/shell/secret.js';

export interface ShellRemote extends Remote {
  /** How many commands it was given. */
  readonly trips: () => number;
}

/** A server that is this machine's own shell, each command in `cwd`; `shell` is called `sh`, as a server's is. */
export function shellRemote(shell: string, cwd: string): ShellRemote {
  let trips = 0;
  return {
    trips: () => trips,
    async run({ text, stdin }, { signal, onOutput = () => undefined } = {}): Promise<Result> {
      signal?.throwIfAborted();
      trips += 1;
      const child = spawn(shell, ['-c', text], { cwd, argv0: 'sh' });
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (chunk: string) => {
          said[name] += chunk;
          onOutput(chunk);
        });
      }
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin instanceof Secret ? stdin.reveal() : (stdin ?? ''));
      const [code] = (await once(child, 'close')) as [number | null];
      return { code: code ?? -1, ...said };
    },
  };
}
