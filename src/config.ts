import { resolve } from 'node:path';
import type { z } from 'zod';
import { Environment } from './environment.js';
import { DomainError } from './errors.js';

type Raw = z.output<typeof Environment>;
export type Role = Raw['DTROVE_ROLE'];

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Of a worker; null: none. */
  readonly metricsPort: number | null;
  readonly role: Role;
  /** Absolute. */
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly jobsUrl: string;
  readonly secretKey: string;
  readonly secretKeyPrevious: string;
  readonly token: string;
  readonly providers: readonly string[];
  readonly defaultProvider: string;
  readonly managers: string;
  readonly templatesDir: string;
  /** Absolute. */
  readonly exportsDir: string;
  readonly publicUrl: string;
  /** In bytes. */
  readonly mostOfUpload: number;
  readonly sshUser: string;
  readonly prefix: string;
  readonly maxClusterSize: number;
  /** Empty: none. */
  readonly hostsFile: string;
  readonly localUser: string;
  readonly workerConcurrency: number;
  readonly providerConcurrency: number;
  readonly reaperMs: number;
  readonly orphanTtlMs: number;
  readonly leaseMs: number;
  readonly sweepMs: number;
  readonly stepAttempts: number;
  readonly deadlineMs: number;
  /** Of operations that move all data of a cluster. */
  readonly dataDeadlineMs: number;
  readonly graceMs: number;
  readonly healthMs: number;
  readonly healthConcurrency: number;
  readonly subscriberQueue: number;
  readonly databasePool: number;
  readonly logLevel: Raw['DTROVE_LOG_LEVEL'];
}

/** Parses the environment once. Throws BAD_USER_INPUT with one line that names the variable. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const own = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('DTROVE_') && value !== undefined && value !== ''),
  );
  const { data, error } = Environment.safeParse(own);
  if (error !== undefined) throw new DomainError('BAD_USER_INPUT', explain(error.issues[0], own));
  const defaultProvider = data.DTROVE_PROVIDER === '' ? (data.DTROVE_PROVIDERS[0] ?? 'local') : data.DTROVE_PROVIDER;
  return {
    port: data.DTROVE_PORT,
    host: data.DTROVE_HOST,
    metricsPort: data.DTROVE_METRICS_PORT,
    role: data.DTROVE_ROLE,
    dataDir: resolve(data.DTROVE_DATA_DIR),
    databaseUrl: data.DTROVE_DATABASE_URL,
    jobsUrl: data.DTROVE_JOBS_URL,
    secretKey: data.DTROVE_SECRET_KEY,
    secretKeyPrevious: data.DTROVE_SECRET_KEY_PREVIOUS,
    token: data.DTROVE_TOKEN,
    providers:
      own['DTROVE_PROVIDERS'] === undefined || data.DTROVE_PROVIDERS.includes(defaultProvider)
        ? [
            defaultProvider,
            ...data.DTROVE_PROVIDERS.filter((id) => id !== defaultProvider && own['DTROVE_PROVIDERS'] !== undefined),
          ]
        : data.DTROVE_PROVIDERS,
    defaultProvider,
    managers: data.DTROVE_DATASTORE_MANAGERS,
    templatesDir: data.DTROVE_TEMPLATES_DIR,
    exportsDir: resolve(data.DTROVE_EXPORTS_DIR === '' ? `${data.DTROVE_DATA_DIR}/exports` : data.DTROVE_EXPORTS_DIR),
    publicUrl: data.DTROVE_PUBLIC_URL,
    mostOfUpload: data.DTROVE_MAX_UPLOAD_GB * 1_000_000_000,
    sshUser: data.DTROVE_SSH_USER,
    prefix: data.DTROVE_PREFIX,
    maxClusterSize: data.DTROVE_MAX_CLUSTER_SIZE,
    hostsFile: data.DTROVE_HOSTS_FILE,
    localUser: data.DTROVE_LOCAL_USER,
    workerConcurrency: data.DTROVE_WORKER_CONCURRENCY,
    providerConcurrency: data.DTROVE_PROVIDER_CONCURRENCY,
    reaperMs: data.DTROVE_REAPER_SECONDS * 1000,
    orphanTtlMs: data.DTROVE_ORPHAN_SECONDS * 1000,
    leaseMs: data.DTROVE_LEASE_SECONDS * 1000,
    sweepMs: data.DTROVE_SWEEP_SECONDS * 1000,
    stepAttempts: data.DTROVE_STEP_ATTEMPTS,
    deadlineMs: data.DTROVE_OPERATION_DEADLINE_SECONDS * 1000,
    dataDeadlineMs: data.DTROVE_DATA_DEADLINE_SECONDS * 1000,
    graceMs: data.DTROVE_GRACE_SECONDS * 1000,
    healthMs: data.DTROVE_HEALTH_SECONDS * 1000,
    healthConcurrency: data.DTROVE_HEALTH_CONCURRENCY,
    subscriberQueue: data.DTROVE_SUBSCRIBER_QUEUE,
    databasePool: data.DTROVE_DATABASE_POOL,
    logLevel: data.DTROVE_LOG_LEVEL,
  };
}

/**
 * The default among the providers that were loaded (an external one is configured by its module and known by its id).
 * Throws where DTROVE_PROVIDER is none of them.
 */
export function defaultProviderOf(
  { providers, defaultProvider }: Pick<Config, 'providers' | 'defaultProvider'>,
  loaded: readonly string[],
): string {
  if (loaded.includes(defaultProvider)) return defaultProvider;
  const [first] = loaded;
  if (first !== undefined && defaultProvider === providers[0]) return first;
  const words = `there is no provider "${defaultProvider}"; DTROVE_PROVIDERS has: ${loaded.join(', ')}`;
  throw new DomainError('BAD_USER_INPUT', `DTROVE_PROVIDER: ${words}`);
}

/** The text of `--help`: every variable with its default and its meaning. */
export function configHelp(): string {
  return Object.entries(Environment.shape)
    .map(([name, setting]) => {
      const { defaultValue } = setting.def;
      return `  ${name}\n      ${setting.description ?? ''}\n      Default: ${defaultValue === '' ? '(empty)' : defaultValue}\n`;
    })
    .join('\n');
}

function explain(issue: z.core.$ZodIssue | undefined, own: Readonly<Record<string, unknown>>): string {
  if (issue?.code === 'unrecognized_keys') {
    return `${issue.keys.join(', ')}: no such setting; \`npm start -- --help\` lists them all`;
  }
  const name = String(issue?.path[0]);
  const secret = /KEY|TOKEN|URL/.test(name);
  return `${name}: ${issue?.message ?? 'is wrong'}${secret ? '' : `, not ${JSON.stringify(own[name])}`}`;
}
