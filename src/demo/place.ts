import { join, resolve } from 'node:path';
import { UsageError } from './options.js';

/** Where the control plane of this directory is found. */
export interface Place {
  readonly origin: string;
  readonly dataDir: string;
  readonly tokenFile: string;
  readonly logFile: string;
}

/** The same two variables, with the same defaults, as the control plane reads. */
export function placeOf(env: NodeJS.ProcessEnv, cwd: string): Place {
  const port = env['DTROVE_PORT'] ?? '4000';
  if (!/^[1-9]\d{0,4}$/.test(port)) throw new UsageError(`DTROVE_PORT must be a port number, not "${port}"`);
  const dataDir = resolve(cwd, env['DTROVE_DATA_DIR'] ?? '.dtrove');
  return {
    origin: `http://127.0.0.1:${port}`,
    dataDir,
    tokenFile: join(dataDir, 'admin-token'),
    logFile: join(dataDir, 'demo.log'),
  };
}
