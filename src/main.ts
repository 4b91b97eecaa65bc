import { favourSpeed } from './memory.js';
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { resolvers } from '../resolvers/index.js';
import { JobStore } from '../jobs/define-job.js';
import { wakeSchedule, type ScheduleServices } from '../jobs/backup-schedule.js';
import { wakeOperation, type JobServices } from '../jobs/operation.js';
import { Authenticator } from './api/auth.js';
import type { Readiness } from './api/health.js';
import { startProbes } from './api/probes.js';
import { createSchema } from './api/schema.js';
import { startServer } from './api/server.js';
import { configHelp, parseConfig, type Config } from './config.js';
import {
  buildHealth,
  buildPlatform,
  buildReaper,
  buildScheduler,
  buildServices,
  buildWorker,
  contextMaker,
  prepare,
  processName,
  type Prepared,
} from './control-plane.js';
import type { Services } from './context.js';
import type { ExportPlatform } from './exports/platform.js';
import { sweepUploads } from './exports/sweeper.js';
import { openDataDirectory } from './data-directory.js';
import { openDatabase, poolOf } from './db/data-source.js';
import { startEmbedded } from './db/embedded/server.js';
import { serviceUser } from './db/embedded/service-user.js';
import { DomainError, messageOf } from './errors.js';
import { Bus } from './events/bus.js';
import { createLog, type Log } from './log.js';
import { Metrics } from './metrics.js';
import { kindsOf } from './operation-kinds.js';
import { Operations } from './operations/operations.js';
import { readQueue } from './operations/queue.js';
import { loadCertificates } from './secrets/certificates.js';
import { stopSignal } from './stop-signal.js';

/** Undone in the reverse order of their doing, when the process stops or its start fails. */
type Undo = () => Promise<unknown>;

const usage = `DTrove: a self-hosted database as a service.

Usage: npm start [-- --help]

Settings, from the environment:

`;

async function databaseUrl(config: Config, log: Log, undo: Undo[]): Promise<string> {
  if (config.databaseUrl !== '') return config.databaseUrl;
  if (config.role !== 'all') {
    throw new DomainError(
      'BAD_USER_INPUT',
      `DTROVE_DATABASE_URL: a process of role ${config.role} needs a PostgreSQL that it shares with the others`,
    );
  }
  const embedded = await startEmbedded({ dataDir: config.dataDir, user: await serviceUser(config.localUser), log });
  undo.push(() => embedded.stop());
  embedded.keepAlive(log);
  return embedded.url;
}

/** Builds the roles of this process and starts them; `undo` collects how each is stopped. Returns the line that says it is ready. */
async function start(config: Config, log: Log, undo: Undo[]): Promise<string> {
  const owner = processName();
  const metrics = new Metrics();
  await openDataDirectory(config.dataDir);
  const prepared = await prepare(config, log);
  const url = await databaseUrl(config, log, undo);
  const db = await openDatabase({
    url,
    poolSize: config.databasePool,
    onPoolError: (error) => {
      log.warn({ error: messageOf(error) }, 'a database connection broke');
    },
  });
  undo.push(() => db.destroy());
  // The embedded database has one process at a time, and this is it: whoever held a lease before is dead.
  if (config.databaseUrl === '')
    await db.query('UPDATE operation SET lease_until = NULL WHERE lease_until IS NOT NULL');
  const jobs = await JobStore.open<JobServices & ScheduleServices>({
    url: config.jobsUrl,
    databaseUrl: url,
    pool: poolOf(db),
    owner,
    log,
  });
  undo.push(() => jobs.stop());
  const alarms = jobs.alarms(wakeSchedule.name);
  const platform = await buildPlatform(config, prepared, { db, alarms }, metrics, log);
  metrics.queue(() => readQueue(db));
  undo.push(() => Promise.all([...platform.providers.values()].map((provider) => provider.close())));
  undo.push(() => platform.remotes.close());
  const kinds = kindsOf(platform);
  const wakeUp = jobs.wakeUp(wakeOperation.name);
  const operations = new Operations(db, kinds, wakeUp, config, 'schedule');
  const scheduler = config.role === 'api' ? null : buildScheduler(platform, operations, owner, log);
  const ended = () => scheduler?.ended();
  const worker = scheduler === null ? null : buildWorker(config, platform, kinds, { owner, ended }, metrics, log);
  undo.push(() => worker?.stop(config.graceMs) ?? Promise.resolve());
  const health = worker === null ? null : buildHealth(config, platform, owner, metrics, log);
  undo.push(() => health?.stop() ?? Promise.resolve());
  const reaper = worker === null ? null : buildReaper(config, platform, log);
  undo.push(() => reaper?.stop() ?? Promise.resolve());
  undo.push(() => scheduler?.stop() ?? Promise.resolve());
  const services = (bus: Bus) => buildServices(config, platform, kinds, wakeUp, bus, reaper, log);
  const line =
    prepared.token === null
      ? await serveProbes(config, owner, { db, metrics, trouble: () => [] }, undo)
      : await serve(config, { platform, url, metrics, services, token: prepared.token, log }, undo);
  // Work begins when all else stands, so that a start which fails has begun none.
  if (worker === null || scheduler === null) {
    await jobs.start(null, []);
    favourSpeed();
  } else {
    for (const provider of platform.providers.values()) await provider.adopt();
    worker.start();
    health?.start();
    reaper?.start();
    scheduler.start();
    await jobs.start({ worker, scheduler }, [wakeOperation, wakeSchedule]);
    // Slow to load, and the first cluster would wait for it.
    void loadCertificates()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'no certificates can be made');
      })
      .finally(favourSpeed);
  }
  return line;
}

interface Served {
  readonly platform: ExportPlatform;
  readonly url: string;
  readonly metrics: Metrics;
  readonly services: (bus: Bus) => Services;
  readonly token: NonNullable<Prepared['token']>;
  readonly log: Log;
}

/** Answers clients; returns the line that says where. */
async function serve(
  config: Config,
  { platform, url, metrics, services, token, log }: Served,
  undo: Undo[],
): Promise<string> {
  const { db, exportFiles, vault } = platform;
  const lagged = (seconds: number) => {
    metrics.eventRead(seconds);
  };
  const bus = new Bus({ db, url, queueLimit: config.subscriberQueue, lagged, log });
  await bus.start();
  undo.push(() => bus.stop());
  metrics.gauge('dtrove_subscribers', 'Subscriptions that this process serves.', () => bus.subscribers());
  metrics.gauge('dtrove_bus_connected', 'Whether announcements of events reach this process (1) or not (0).', () =>
    Number(bus.connected),
  );
  const built = services(bus);
  const stopSweeping = sweepUploads(built.exports.uploads, log);
  undo.push(stopSweeping);
  const server = await startServer({
    host: config.host,
    port: config.port,
    schema: await createSchema(resolvers),
    authenticator: new Authenticator(token.token),
    publicUrl: config.publicUrl,
    contextOf: contextMaker(built, db),
    files: { exports: built.exports, files: exportFiles, signer: vault, log },
    readiness: { db, metrics, trouble: () => (bus.connected ? [] : ['event bus: not connected']) },
    log,
  });
  undo.push(() => server.close());
  const base = baseUrl(config.host, server.port);
  return `DTrove ready: API ${base}/graphql, GraphQL IDE ${base}/, administrator's token ${token.file === null ? 'as set in DTROVE_TOKEN' : `in ${token.file}`}`;
}

const baseUrl = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** A worker answers no clients, but whoever watches it; returns the line that says where. */
async function serveProbes(config: Config, owner: string, readiness: Readiness, undo: Undo[]): Promise<string> {
  const line = `DTrove worker ready: ${owner}`;
  if (config.metricsPort === null) return line;
  const probes = await startProbes(config.host, config.metricsPort, readiness);
  undo.push(() => probes.close());
  return `${line}, metrics ${baseUrl(config.host, probes.port)}/metrics`;
}

async function undoAll(undo: Undo[], log: Log): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await step().catch((error: unknown) => {
      log.warn({ err: error }, 'a part did not stop cleanly');
    });
  }
}

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(usage + configHelp());
    return;
  }
  const config = parseConfig(process.env);
  const log = createLog(config.logLevel);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'unexpected error; this process ends, and the next one goes on');
    process.exit(1);
  });
  const undo: Undo[] = [];
  const starting = start(config, log, undo);
  const told = stopSignal(['SIGTERM', 'SIGINT'], () => process.exit(1));
  const line = await Promise.race([starting, told.then(() => null)]).catch(async (error: unknown) => {
    log.debug({ err: error }, 'the start failed');
    await undoAll(undo, log);
    throw error;
  });
  if (line !== null) process.stdout.write(`${line}\n`);
  log.info({ signal: await told }, 'stopping');
  // A start that hangs (on another's database, say) is not waited for longer than a step would be.
  await Promise.race([starting.catch(() => undefined), delay(config.graceMs)]);
  await undoAll(undo, log);
  process.exit(0);
}

main().catch((error: unknown) => {
  const words = messageOf(error).trim();
  process.stderr.write(`dtrove: ${words.replaceAll(/\s*\n\s*/g, '; ')}\n`);
  process.exit(1);
});
