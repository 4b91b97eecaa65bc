import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { createLoaders } from './clusters/loaders.js';
import { Clusters } from './clusters/clusters.js';
import { addNodeKind } from './clusters/kinds/add-node.js';
import { createKind } from './clusters/kinds/create.js';
import { deleteKind } from './clusters/kinds/delete.js';
import { removeNodeKind } from './clusters/kinds/remove-node.js';
import { restartKind } from './clusters/kinds/restart.js';
import type { Platform } from './clusters/platform.js';
import { defaultProviderOf, type Config } from './config.js';
import type { Context, Services } from './context.js';
import { loadManagers } from './datastores/index.js';
import type { Bus } from './events/bus.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { Operations } from './operations/operations.js';
import type { OperationKind, WakeUp } from './operations/work.js';
import { Worker } from './operations/worker.js';
import { loadProviders } from './providers/index.js';
import { createRemotePool } from './remote/pool.js';
import { loadMasterKeys } from './secrets/master-key.js';
import { openVault } from './secrets/open-vault.js';

/** Names this process among all: host, pid, and a number of this start. */
export const processName = (): string => `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

/** What clusters are made with, from the configuration. */
export async function buildPlatform(config: Config, db: DataSource, log: Log): Promise<Platform> {
  const vault = await openVault(db, await loadMasterKeys(config));
  const managers = await loadManagers({
    specifiers: config.managers,
    templatesDir: config.templatesDir === '' ? undefined : config.templatesDir,
  });
  const providers = await loadProviders(config.providers, { dataDir: config.dataDir, env: process.env, log });
  return {
    db,
    vault,
    managers,
    providers,
    defaultProvider: defaultProviderOf(config, [...providers.keys()]),
    remotes: createRemotePool({ prefix: config.prefix }),
    sshUser: config.sshUser,
    maxClusterSize: config.maxClusterSize,
  };
}

/** Every kind of operation there is. */
export const kindsOf = (platform: Platform): ReadonlyMap<string, OperationKind> =>
  new Map(
    [createKind, addNodeKind, removeNodeKind, restartKind, deleteKind]
      .map((make) => make(platform))
      .map((kind) => [kind.kind, kind]),
  );

/** The use cases over a platform. */
export function buildServices(
  config: Config,
  platform: Platform,
  kinds: ReadonlyMap<string, OperationKind>,
  wakeUp: WakeUp,
  bus: Bus,
): Services {
  const operations = new Operations(platform.db, kinds, wakeUp, config.deadlineMs);
  return { clusters: new Clusters(platform, operations), operations, watching: { db: platform.db, bus } };
}

/** A request's context. A lasting one (a subscription) must not remember rows that it has read. */
export const contextMaker =
  (services: Services, db: DataSource) =>
  (viewer: Context['viewer'], cutOff: () => void, lasting: boolean): Context => ({
    ...services,
    viewer,
    cutOff,
    loaders: createLoaders(db, { cache: !lasting }),
  });

export function buildWorker(
  config: Config,
  platform: Platform,
  kinds: ReadonlyMap<string, OperationKind>,
  owner: string,
  metrics: Metrics,
  log: Log,
): Worker {
  const worker = new Worker({
    db: platform.db,
    kinds,
    owner,
    log,
    leaseMs: config.leaseMs,
    sweepMs: config.sweepMs,
    concurrency: config.workerConcurrency,
    stepAttempts: config.stepAttempts,
    stepEnded: (kind, step, outcome, seconds) => {
      metrics.stepEnded(kind, step, outcome, seconds);
    },
    operationEnded: (kind, outcome, seconds) => {
      metrics.operationEnded(kind, outcome, seconds);
    },
  });
  metrics.gauge('dtrove_operations_running', 'Operations that this worker runs now.', () => worker.busy);
  return worker;
}
