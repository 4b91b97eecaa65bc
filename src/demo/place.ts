import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Config } from '../config.js';

/** Where the control plane of this directory is found. */
export interface Place {
  /** Such as `http://127.0.0.1:4000`. */
  readonly origin: string;
  readonly port: number;
  readonly dataDir: string;
  readonly tokenFile: string;
  /** The token where the environment names it; empty: it is in the file. */
  readonly token: string;
  readonly logFile: string;
  /** How long a stop may take before it is forced. */
  readonly stopMs: number;
}

/** Beyond the time that running steps are given. */
const STOP_MS = 15_000;
const EVERY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** What the control plane's own configuration says of where it is; port 0 becomes one that is free now. */
export async function placeOf({ host, port: wanted, dataDir, token, graceMs }: Config): Promise<Place> {
  const port = wanted === 0 ? await freePort() : wanted;
  const address = EVERY_ADDRESS[host] ?? host;
  return {
    origin: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    port,
    dataDir,
    tokenFile: join(dataDir, 'admin-token'),
    token,
    logFile: join(dataDir, 'demo.log'),
    stopMs: graceMs + STOP_MS,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
