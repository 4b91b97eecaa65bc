import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { Backups } from './backups/backups.js';
import { Scheduler } from './backups/schedules/scheduler.js';
import { ensureFirstStore } from './backups/stores/register.js';
import { createLoaders } from './clusters/loaders.js';
import { Clusters } from './clusters/clusters.js';
import type { Platform } from './clusters/platform.js';
import { Configurations } from './configurations/configurations.js';
import { ExportFiles } from './exports/files.js';
import type { ExportPlatform } from './exports/platform.js';
import { Uploads } from './exports/uploads.js';
import { Exports } from './exports/use-cases.js';
import { readHostsFile } from './hosts/file.js';
import { FileHosts } from './hosts/from-file.js';
import { DatabasePool } from './hosts/pool.js';
import { HostPoolUseCases } from './hosts/use-cases.js';
import type { HostWish } from './hosts/wish.js';
import type { HostPool } from './providers/host-pool.js';
import { defaultProviderOf, type Config } from './config.js';
import type { Context, Services } from './context.js';
import { loadToken } from './api/auth.js';
import { loadManagers, type ManagerRegistry } from './datastores/index.js';
import { DomainError } from './errors.js';
import type { Bus } from './events/bus.js';
import { Health } from './health/health.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { Operations } from './operations/operations.js';
import type { OperationKind, WakeUp } from './operations/work.js';
import { Worker } from './operations/worker.js';
import { loadProviders } from './providers/index.js';
import type { Provider } from './providers/provider.js';
import { Orphans } from './reaper/orphans.js';
import { Reaper } from './reaper/reaper.js';
import { controlPlaneId } from './reaper/rows.js';
import { createRemotePool } from './remote/pool.js';
import { loadMasterKeys } from './secrets/load-master-keys.js';
import { openVault } from './secrets/open-vault.js';

/** Names this process among all: host, pid, and a number of this start. */
export const processName = (): string => `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

/** What a start reads and loads before it touches anything: a mistake in it has no consequences. */
export interface Prepared {
  readonly masters: Awaited<ReturnType<typeof loadMasterKeys>>;
  readonly managers: ManagerRegistry;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly defaultProvider: string;
  /** What the operator's file lists. */
  readonly hostWishes: readonly HostWish[];
  /** Gives the providers the pool of hosts, when there is one. */
  readonly giveHosts: (pool: HostPool) => void;
  /** Null: nobody asks this process for anything. */
  readonly token: Awaited<ReturnType<typeof loadToken>> | null;
}

export async function prepare(config: Config, log: Log): Promise<Prepared> {
  const masters = await loadMasterKeys(config);
  await assertTemplates(config.templatesDir);
  const managers = await loadManagers({
    specifiers: config.managers,
    templatesDir: config.templatesDir === '' ? undefined : config.templatesDir,
  });
  const hostWishes = config.hostsFile === '' ? [] : await readHostsFile(config.hostsFile);
  let pool: HostPool | null = null;
  const hosts = (): HostPool => {
    if (pool === null) throw new Error('the pool of hosts is not open yet');
    return pool;
  };
  const giveHosts = (opened: HostPool) => {
    pool = opened;
  };
  const providers = await loadProviders(config.providers, { dataDir: config.dataDir, env: process.env, log, hosts });
  const defaultProvider = defaultProviderOf(config, [...providers.keys()]);
  const token = config.role === 'worker' ? null : await loadToken(config);
  return { masters, managers, providers, defaultProvider, hostWishes, giveHosts, token };
}

async function assertTemplates(directory: string): Promise<void> {
  if (directory === '' || (await stat(directory).catch(() => null))?.isDirectory() === true) return;
  throw new DomainError('BAD_USER_INPUT', `DTROVE_TEMPLATES_DIR: there is no directory ${directory}`);
}

/** What clusters are made with. */
export async function buildPlatform(
  config: Config,
  prepared: Prepared,
  { db, alarms }: Pick<Platform, 'db' | 'alarms'>,
  metrics: Metrics,
  log: Log,
): Promise<ExportPlatform> {
  const { masters, managers, providers, defaultProvider, hostWishes, giveHosts } = prepared;
  const vault = await openVault(db, masters);
  const remotes = createRemotePool({ prefix: config.prefix, observer: metrics.ssh });
  const ground = { db, vault, remotes, sshUser: config.sshUser };
  const hosts = new DatabasePool(ground, new FileHosts(ground, hostWishes, log));
  giveHosts(hosts);
  await ensureFirstStore(db);
  return {
    db,
    ownId: await controlPlaneId(db.manager),
    vault,
    managers,
    providers,
    defaultProvider,
    remotes,
    hosts,
    exportFiles: new ExportFiles(config.exportsDir),
    alarms,
    sshUser: config.sshUser,
    maxClusterSize: config.maxClusterSize,
    dataDir: config.dataDir,
  };
}

/** The use cases over a platform. */
export function buildServices(
  config: Config,
  platform: ExportPlatform,
  kinds: ReadonlyMap<string, OperationKind>,
  wakeUp: WakeUp,
  bus: Bus,
  reaper: Reaper | null,
  log: Log,
): Services {
  const operations = new Operations(platform.db, kinds, wakeUp, config);
  const orphans = new Orphans(platform, operations, config.orphanTtlMs, reaper === null ? null : () => reaper.look());
  const uploads = new Uploads({ db: platform.db, files: platform.exportFiles, most: config.mostOfUpload });
  return {
    backups: new Backups(platform, operations),
    clusters: new Clusters(platform, operations),
    configurations: new Configurations(platform, operations),
    exports: new Exports(platform, operations, uploads),
    operations,
    orphans,
    hosts: new HostPoolUseCases(platform, operations, log),
    watching: { db: platform.db, bus },
  };
}

/** A request's context. A lasting one (a subscription) must not remember rows that it has read. */
export const contextMaker =
  (services: Services, db: DataSource) =>
  (viewer: Context['viewer'], cutOff: () => void, lasting: boolean, baseUrl: string): Context => {
    const operations = services.operations.as(viewer?.name ?? null);
    const clusters = services.clusters.by(operations);
    const backups = services.backups.by(operations);
    const configurations = services.configurations.by(operations, viewer?.name ?? null);
    const exports = services.exports.by(operations);
    const loaders = createLoaders(db, { lasting });
    const by = { clusters, backups, configurations, exports, operations };
    return { ...services, ...by, baseUrl, askedAt: new Date(), viewer, cutOff, loaders };
  };

export function buildWorker(
  config: Config,
  platform: Platform,
  kinds: ReadonlyMap<string, OperationKind>,
  { owner, ended }: { readonly owner: string; readonly ended: () => void },
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
    providerCap: config.providerConcurrency,
    stepAttempts: config.stepAttempts,
    stepEnded: (kind, step, outcome, seconds) => {
      metrics.stepEnded(kind, step, outcome, seconds);
    },
    operationEnded: (kind, outcome, seconds) => {
      metrics.operationEnded(kind, outcome, seconds);
      ended();
    },
    takenOver: () => {
      metrics.operationTakenOver();
    },
  });
  metrics.operationKinds(kinds.keys());
  metrics.gauge('dtrove_operations_running', 'Operations that this worker runs now.', () => worker.busy);
  return worker;
}

export const buildHealth = (
  { healthMs: everyMs, healthConcurrency: concurrency }: Config,
  platform: Platform,
  owner: string,
  metrics: Metrics,
  log: Log,
): Health =>
  new Health({
    platform,
    owner,
    everyMs,
    concurrency,
    log,
    rounded: (seconds, instances, troubled) => {
      metrics.healthRounded(seconds, instances, troubled);
    },
    relieved: () => {
      metrics.healthRelieved();
    },
  });

export const buildScheduler = (platform: Platform, operations: Operations, owner: string, log: Log): Scheduler =>
  new Scheduler({ platform, operations, owner, log });

export const buildReaper = (config: Config, { db, providers, ownId }: Platform, log: Log): Reaper =>
  new Reaper({ db, providers, ownId, everyMs: config.reaperMs, ttlMs: config.orphanTtlMs, log });
