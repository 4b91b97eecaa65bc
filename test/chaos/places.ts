import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inside } from '../machines/support/inside.js';
import { openLab } from '../machines/support/lab.js';
import type { RegisterDatastoreInput } from '../operations/documents.js';
import type { Environment } from '../support/control-plane.js';
import { serversOf } from '../support/leftovers.js';

/** Where the servers of a run are, looked at past DTrove. */
export interface Place {
  readonly env: Environment;
  readonly offer: RegisterDatastoreInput;
  /** How long an operation may take, faults included, in milliseconds. */
  readonly patienceMs: number;
  /** The latest moment, in milliseconds after it was asked for, at which something is struck or cancelled. */
  readonly latestMomentMs: number;
  /** The ids of the servers that are there. */
  servers(): Promise<string[]>;
  /** How often the database on a server has been started since it was made. */
  starts(server: string): Promise<number>;
  close(): Promise<void>;
}

const begins = /starting PostgreSQL/g;
const timesIn = (log: string): number => log.match(begins)?.length ?? 0;

function local(dataDir: string): Place {
  const log = (server: string): string => join(dataDir, 'servers', server, 'postgresql/postgresql.log');
  return {
    env: {},
    offer: { manager: 'postgres', version: '17', image: 'local' },
    patienceMs: 120_000,
    latestMomentMs: 1500,
    servers: async () => (await serversOf(dataDir)).filter((name) => !name.startsWith('.')),
    starts: (server) => readFile(log(server), 'utf8').then(timesIn, () => 0),
    close: () => Promise.resolve(),
  };
}

async function incus(): Promise<Place> {
  const lab = await openLab();
  return {
    env: lab.env,
    offer: { manager: 'postgres', version: '17', image: 'debian-13' },
    patienceMs: 600_000,
    latestMomentMs: 40_000,
    servers: async () => [...(await lab.left())],
    starts: (server) => inside(lab, server, 'cat /var/log/postgresql/*-dtrove.log').then(timesIn, () => 0),
    close: () => lab.close(),
  };
}

/** The place of CHAOS_PROVIDER. */
export const openPlace = (provider: string, dataDir: string): Promise<Place> =>
  provider === 'incus' ? incus() : Promise.resolve(local(dataDir));
