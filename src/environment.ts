import { z } from 'zod';
import { hostsEnvironment } from './providers/hosts/environment.js';
import { incusEnvironment } from './providers/incus/environment.js';
import { openstackEnvironment } from './providers/openstack/environment.js';

const list = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .pipe(z.array(z.string()).min(1, 'names at least one'));
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'is a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is at least ${min}`).max(max, `is at most ${max}`));
const url = (schemes: readonly string[]) =>
  z.string().refine((text) => text === '' || schemes.some((scheme) => text.startsWith(`${scheme}://`)), {
    message: `begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

function isPortRange(text: string): boolean {
  const [, from, to] = /^(\d{4,5})-(\d{4,5})$/.exec(text) ?? [];
  return Number(from) >= 1024 && Number(from) <= Number(to) && Number(to) <= 65_535;
}

/** Every variable, with its default as the environment would spell it and its meaning. The one schema of the configuration. */
export const Environment = z.strictObject({
  DTROVE_PORT: whole(0, 65_535)
    .prefault('4000')
    .describe('TCP port of the API and of the GraphQL IDE; 0 takes any free one.'),
  DTROVE_HOST: z
    .string()
    .min(1)
    .prefault('127.0.0.1')
    .describe('Address to listen on. Put TLS in front before you open it to a network.'),
  DTROVE_METRICS_PORT: z
    .string()
    .regex(/^\d*$/, 'is a whole number')
    .transform((text) => (text === '' ? null : Number(text)))
    .pipe(z.number().max(65_535, 'is at most 65535').nullable())
    .prefault('')
    .describe(
      'TCP port of /metrics, /healthz and /readyz of a process of role worker, which has no API; 0 takes any free one; empty: none.',
    ),
  DTROVE_ROLE: z
    .enum(['all', 'api', 'worker'], 'is all, api or worker')
    .prefault('all')
    .describe('What this process does: api answers clients, worker runs operations, all does both.'),
  DTROVE_DATA_DIR: z
    .string()
    .min(1)
    .prefault('.dtrove')
    .describe('Directory of the token, the master key, the embedded PostgreSQL and the local servers.'),
  DTROVE_DATABASE_URL: url(['postgres', 'postgresql'])
    .prefault('')
    .describe('PostgreSQL of the control plane, postgres://…; empty: an embedded one in the data directory.'),
  DTROVE_JOBS_URL: url(['postgres', 'postgresql', 'mongodb', 'mongodb+srv'])
    .prefault('')
    .describe('Job store of Agenda, postgres://… or mongodb://…; empty: the same PostgreSQL.'),
  DTROVE_SECRET_KEY: z
    .string()
    .prefault('')
    .describe(
      'Master key of all stored secrets: 32 bytes in base64 or hex, or a text of at least 32 characters; empty: the file master-key in the data directory, made at the first start.',
    ),
  DTROVE_SECRET_KEY_PREVIOUS: z
    .string()
    .prefault('')
    .describe('The master key before the present one: what it seals is moved to the present one at the start.'),
  DTROVE_TOKEN: z
    .string()
    .prefault('')
    .describe(
      'The administrator’s token, at least 16 characters; empty: the file admin-token in the data directory, made at the first start.',
    ),
  DTROVE_PROVIDERS: list
    .prefault('local')
    .describe('Providers on offer, by id or module specifier, separated by commas; the first is the default.'),
  DTROVE_PROVIDER: z.string().prefault('').describe('The default provider; empty: the first of DTROVE_PROVIDERS.'),
  DTROVE_DATASTORE_MANAGERS: z
    .string()
    .prefault('')
    .describe('Module specifiers of further datastore managers, separated by commas.'),
  DTROVE_TEMPLATES_DIR: z
    .string()
    .prefault('')
    .describe(
      'Directory where <manager>/<version>/config and <manager>/config are looked up before the built-in templates.',
    ),
  DTROVE_EXPORTS_DIR: z
    .string()
    .prefault('')
    .describe(
      'Directory of exports and uploads, which all processes have to share; empty: `exports` in the data directory.',
    ),
  DTROVE_MAX_UPLOAD_GB: whole(1, 100_000).prefault('100').describe('Largest file that may be uploaded, in GB.'),
  DTROVE_PUBLIC_URL: url(['http', 'https'])
    .prefault('')
    .describe(
      'What links for downloads and uploads begin with, such as https://dtrove.example; empty: what the client asked.',
    ),
  DTROVE_SSH_USER: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'is a user name')
    .prefault('dtrove')
    .describe('The user whom SSH logs in on the servers.'),
  DTROVE_PREFIX: z
    .string()
    .prefault('')
    .describe(
      'Put before every remote command, such as sudo. Empty: `sudo -n` where servers have systemd and the user is not root.',
    ),
  DTROVE_MAX_CLUSTER_SIZE: whole(1, 1000).prefault('10').describe('Most nodes that one cluster may have.'),
  DTROVE_LOCAL_USER: z
    .string()
    .prefault('')
    .describe('As root: the user who runs PostgreSQL’s processes; empty: postgres where there is one, else nobody.'),
  DTROVE_LOCAL_POSTGRES_BIN: z
    .string()
    .prefault('')
    .describe(
      'Directory of pg_dump, pg_restore and psql for exports of local clusters; empty: those in the PATH and where they are as a rule.',
    ),
  DTROVE_LOCAL_PORTS: z
    .string()
    .refine(isPortRange, 'is a range from 1024 to 65535 such as 15432-19999')
    .prefault('15432-19999')
    .describe('Ports of the local provider’s servers.'),
  ...incusEnvironment,
  ...openstackEnvironment,
  ...hostsEnvironment,
  DTROVE_WORKER_CONCURRENCY: whole(1, 1000)
    .prefault('10')
    .describe('Most operations that one worker runs side by side.'),
  DTROVE_PROVIDER_CONCURRENCY: whole(0, 100_000)
    .prefault('0')
    .describe('Most operations that all workers together run side by side on one provider; 0: no limit.'),
  DTROVE_LEASE_SECONDS: whole(3, 600)
    .prefault('15')
    .describe('How long a worker may be silent before another takes over its operations.'),
  DTROVE_SWEEP_SECONDS: whole(1, 600)
    .prefault('2')
    .describe('How often a worker looks for operations that nobody woke.'),
  DTROVE_REAPER_SECONDS: whole(1, 86_400)
    .prefault('60')
    .describe('How often the servers that the providers have are compared with those that there shall be.'),
  DTROVE_ORPHAN_SECONDS: whole(1, 31_536_000)
    .prefault('3600')
    .describe('How long a server that bears our tag and belongs to no cluster is left alone before it is removed.'),
  DTROVE_STEP_ATTEMPTS: whole(1, 100)
    .prefault('5')
    .describe('How often a step is begun, crashes included, before its operation fails.'),
  DTROVE_OPERATION_DEADLINE_SECONDS: whole(1, 604_800)
    .prefault('1800')
    .describe('How long an operation may take before it fails.'),
  DTROVE_DATA_DEADLINE_SECONDS: whole(1, 604_800)
    .prefault('86400')
    .describe(
      'The same of operations that move all data of a cluster (backup, restore, verification, export, import, new nodes), where it is more.',
    ),
  DTROVE_GRACE_SECONDS: whole(0, 600)
    .prefault('10')
    .describe('How long a stop waits for running steps before it hands them over.'),
  DTROVE_HEALTH_SECONDS: whole(1, 3600)
    .prefault('5')
    .describe(
      'How often every server and its datastore is looked at; more than 5, and a server that stops shows later.',
    ),
  DTROVE_HEALTH_CONCURRENCY: whole(1, 1000).prefault('32').describe('Most servers that are looked at side by side.'),
  DTROVE_SUBSCRIBER_QUEUE: whole(1, 1_000_000)
    .prefault('1000')
    .describe('Events kept for one subscriber that does not read, before it is disconnected.'),
  DTROVE_DATABASE_POOL: whole(2, 500).prefault('12').describe('Most PostgreSQL connections of this process’s pool.'),
  DTROVE_LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'is fatal, error, warn, info, debug, trace or silent',
    )
    .prefault('info')
    .describe('Least severe log line that is written, as JSON on stderr.'),
});
