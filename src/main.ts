import 'reflect-metadata';
import { resolvers } from '../resolvers/index.js';
import { JobStore } from '../jobs/define-job.js';
import { wakeOperation, type JobServices } from '../jobs/operation.js';
import { Authenticator, loadToken } from './api/auth.js';
import { createSchema } from './api/schema.js';
import { startServer } from './api/server.js';
import { configHelp, parseConfig, type Config } from './config.js';
import { buildPlatform, buildServices, buildWorker, contextMaker, kindsOf, processName } from './control-plane.js';
import { openDataDirectory } from './data-directory.js';
import { openDatabase } from './db/data-source.js';
import { startEmbedded } from './db/embedded/server.js';
import { serviceUser } from './db/embedded/service-user.js';
import { DomainError } from './errors.js';
import { Bus } from './events/bus.js';
import { createLog, type Log } from './log.js';
import { Metrics } from './metrics.js';
import { loadCertificates } from './secrets/certificates.js';

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
  return embedded.url;
}

/** Builds the roles of this process and starts them; `undo` collects how each is stopped. Returns the line that says it is ready. */
async function start(config: Config, log: Log, undo: Undo[]): Promise<string> {
  const owner = processName();
  const metrics = new Metrics();
  await openDataDirectory(config.dataDir);
  const url = await databaseUrl(config, log, undo);
  const db = await openDatabase({
    url,
    poolSize: config.databasePool,
    onPoolError: (error) => {
      log.warn({ err: error }, 'a database connection broke');
    },
  });
  undo.push(() => db.destroy());
  // The embedded database has one process at a time, and this is it: whoever held a lease before is dead.
  if (config.databaseUrl === '')
    await db.query('UPDATE operation SET lease_until = NULL WHERE lease_until IS NOT NULL');
  const platform = await buildPlatform(config, db, log);
  undo.push(() => Promise.all([...platform.providers.values()].map((provider) => provider.close())));
  undo.push(() => platform.remotes.close());
  const jobs = await JobStore.open<JobServices>({ url: config.jobsUrl, databaseUrl: url, owner, log });
  undo.push(() => jobs.stop());
  const kinds = kindsOf(platform);

  if (config.role !== 'api') {
    for (const provider of platform.providers.values()) await provider.adopt();
    const worker = buildWorker(config, platform, kinds, owner, metrics, log);
    worker.start();
    // Slow to load, and the first cluster would wait for it.
    loadCertificates().catch((error: unknown) => {
      log.warn({ err: error }, 'no certificates can be made');
    });
    undo.push(() => worker.stop(config.graceMs));
    await jobs.start({ worker }, [wakeOperation]);
  } else await jobs.start(null, []);
  if (config.role === 'worker') return `DTrove worker ready: ${owner}`;

  const bus = new Bus({ db, url, queueLimit: config.subscriberQueue, log });
  await bus.start();
  undo.push(() => bus.stop());
  metrics.gauge('dtrove_subscribers', 'Subscriptions that this process serves.', () => bus.subscribers());
  const { token, file } = await loadToken(config);
  const server = await startServer({
    host: config.host,
    port: config.port,
    schema: await createSchema(resolvers),
    authenticator: new Authenticator(token),
    contextOf: contextMaker(buildServices(config, platform, kinds, jobs.wakeUp(wakeOperation.name), bus), db),
    readiness: { db, metrics, trouble: () => (bus.connected ? [] : ['event bus: not connected']) },
    log,
  });
  undo.push(() => server.close());
  const base = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${server.port}`;
  return `DTrove ready: API ${base}/graphql, GraphQL IDE ${base}/, administrator's token ${file === null ? 'as set in DTROVE_TOKEN' : `in ${file}`}`;
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
  const undo: Undo[] = [];
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // A second signal is from somebody who does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    void starting.then(
      () => undoAll(undo, log).then(() => process.exit(0)),
      () => undefined,
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const starting = start(config, log, undo).then(
    (line) => {
      if (!stopping) process.stdout.write(`${line}\n`);
    },
    async (error: unknown) => {
      await undoAll(undo, log);
      throw error;
    },
  );
  await starting;
}

main().catch((error: unknown) => {
  if (!(error instanceof DomainError))
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  else process.stderr.write(`dtrove: ${error.message}\n`);
  process.exit(1);
});
