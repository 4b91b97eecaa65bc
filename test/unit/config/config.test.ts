import { isAbsolute, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configHelp, defaultProviderOf, parseConfig } from '../../../src/config.js';
import { DomainError } from '../../../src/errors.js';

/** What a start with this environment is refused with. */
function refusal(env: Readonly<Record<string, string>>): DomainError {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the configuration', () => {
  it('needs no variable at all', () => {
    expect(parseConfig({ HOME: '/root', PATH: '/bin' })).toEqual({
      port: 4000,
      host: '127.0.0.1',
      metricsPort: null,
      role: 'all',
      dataDir: resolve('.dtrove'),
      databaseUrl: '',
      jobsUrl: '',
      secretKey: '',
      secretKeyPrevious: '',
      token: '',
      providers: ['local'],
      defaultProvider: 'local',
      managers: '',
      templatesDir: '',
      exportsDir: resolve('.dtrove/exports'),
      publicUrl: '',
      mostOfUpload: 100_000_000_000,
      sshUser: 'dtrove',
      prefix: '',
      maxClusterSize: 10,
      hostsFile: '',
      localUser: '',
      workerConcurrency: 10,
      providerConcurrency: 0,
      reaperMs: 60_000,
      orphanTtlMs: 3_600_000,
      leaseMs: 15_000,
      sweepMs: 2000,
      stepAttempts: 5,
      deadlineMs: 1_800_000,
      dataDeadlineMs: 86_400_000,
      graceMs: 10_000,
      healthMs: 5000,
      healthConcurrency: 32,
      subscriberQueue: 1000,
      databasePool: 12,
      logLevel: 'info',
    });
  });

  it('takes an empty variable for one that is not there', () => {
    expect(parseConfig({ DTROVE_PORT: '', DTROVE_PROVIDERS: '' })).toEqual(parseConfig({}));
  });

  it('makes the data directory absolute and seconds milliseconds', () => {
    const { dataDir, leaseMs } = parseConfig({ DTROVE_DATA_DIR: 'here/there', DTROVE_LEASE_SECONDS: '30' });
    expect({ absolute: isAbsolute(dataDir), leaseMs }).toEqual({ absolute: true, leaseMs: 30_000 });
  });

  it.each([
    ['a list', { DTROVE_PROVIDERS: ' incus, ,local ' }, ['incus', 'local'], 'incus'],
    [
      'a default among them',
      { DTROVE_PROVIDERS: 'incus,local', DTROVE_PROVIDER: 'local' },
      ['local', 'incus'],
      'local',
    ],
    ['a default alone', { DTROVE_PROVIDER: 'openstack' }, ['openstack'], 'openstack'],
    [
      'a default by an id that its module has',
      { DTROVE_PROVIDERS: 'local,./mine.js', DTROVE_PROVIDER: 'mine' },
      ['local', './mine.js'],
      'mine',
    ],
  ])('takes for providers %s', (_what, env, providers, defaultProvider) => {
    expect(parseConfig(env as Record<string, string>)).toMatchObject({ providers, defaultProvider });
  });

  it.each([
    ['DTROVE_PORT', 'http', 'is a whole number'],
    ['DTROVE_PORT', '-1', 'is a whole number'],
    ['DTROVE_PORT', '1.5', 'is a whole number'],
    ['DTROVE_PORT', '65536', 'is at most 65535'],
    ['DTROVE_PORT', '99999999999999999999', 'is at most 65535'],
    ['DTROVE_ROLE', 'boss', 'is all, api or worker'],
    ['DTROVE_PROVIDERS', ' , ', 'names at least one'],
    ['DTROVE_SSH_USER', 'Root!', 'is a user name'],
    ['DTROVE_MAX_CLUSTER_SIZE', '0', 'is at least 1'],
    ['DTROVE_MAX_CLUSTER_SIZE', '1001', 'is at most 1000'],
    ['DTROVE_LOCAL_PORTS', '15432', 'is a range from 1024 to 65535 such as 15432-19999'],
    ['DTROVE_LOCAL_PORTS', '19999-15432', 'is a range from 1024 to 65535 such as 15432-19999'],
    ['DTROVE_LOCAL_PORTS', '15432-70000', 'is a range from 1024 to 65535 such as 15432-19999'],
    ['DTROVE_WORKER_CONCURRENCY', '0', 'is at least 1'],
    ['DTROVE_LEASE_SECONDS', '2', 'is at least 3'],
    ['DTROVE_SWEEP_SECONDS', '0', 'is at least 1'],
    ['DTROVE_STEP_ATTEMPTS', '0', 'is at least 1'],
    ['DTROVE_OPERATION_DEADLINE_SECONDS', '0', 'is at least 1'],
    ['DTROVE_DATA_DEADLINE_SECONDS', '604801', 'is at most 604800'],
    ['DTROVE_GRACE_SECONDS', '601', 'is at most 600'],
    ['DTROVE_SUBSCRIBER_QUEUE', '0', 'is at least 1'],
    ['DTROVE_DATABASE_POOL', '1', 'is at least 2'],
    ['DTROVE_LOG_LEVEL', 'loud', 'is fatal, error, warn, info, debug, trace or silent'],
  ])('refuses %s=%s in one line that names it', (name, value, words) => {
    const { code, message } = refusal({ [name]: value });
    expect({ code, message }).toEqual({ code: 'BAD_USER_INPUT', message: `${name}: ${words}, not "${value}"` });
  });

  it.each([
    ['DTROVE_DATABASE_URL', 'mysql://root:hunter2@db/x', 'begins with postgres:// or postgresql://'],
    ['DTROVE_DATABASE_URL', 'postgres', 'begins with postgres:// or postgresql://'],
    ['DTROVE_DATABASE_URL', 'postgres:hunter2', 'begins with postgres:// or postgresql://'],
    [
      'DTROVE_JOBS_URL',
      'redis://:hunter2@db',
      'begins with postgres:// or postgresql:// or mongodb:// or mongodb+srv://',
    ],
  ])('refuses %s=%s without a word of what it is: it may hold a password', (name, value, words) => {
    expect(refusal({ [name]: value }).message).toBe(`${name}: ${words}`);
  });

  it('refuses a variable that it does not know, so that no misspelling goes unseen', () => {
    expect(refusal({ DTROVE_PROT: '4000', DTROVE_TOKNE: 'hunter2' }).message).toBe(
      'DTROVE_PROT, DTROVE_TOKNE: no such setting; `npm start -- --help` lists them all',
    );
  });

  it.each([
    ['postgres://a@b/c', 'mongodb://a'],
    ['postgresql://a@b/c', 'mongodb+srv://a'],
    ['postgres:///c?host=/run/postgresql', 'postgres://a'],
  ])('takes %s and %s', (database, jobs) => {
    expect(parseConfig({ DTROVE_DATABASE_URL: database, DTROVE_JOBS_URL: jobs })).toMatchObject({
      databaseUrl: database,
      jobsUrl: jobs,
    });
  });
});

describe('the default provider', () => {
  it.each([
    ['the first there is', {}, ['local'], 'local'],
    [
      'the one that is named',
      { DTROVE_PROVIDERS: 'local,./mine.js', DTROVE_PROVIDER: 'mine' },
      ['local', 'mine'],
      'mine',
    ],
    ['the first, by whatever id its module has', { DTROVE_PROVIDERS: './mine.js,local' }, ['mine', 'local'], 'mine'],
  ])('is %s', (_what, env, loaded, id) => {
    expect(defaultProviderOf(parseConfig(env as Record<string, string>), loaded)).toBe(id);
  });

  it('that is none of them is refused, naming those there are', () => {
    const config = parseConfig({ DTROVE_PROVIDERS: 'local,./mine.js', DTROVE_PROVIDER: 'mien' });
    expect(() => defaultProviderOf(config, ['local', 'mine'])).toThrow(
      'DTROVE_PROVIDER: there is no provider "mien"; DTROVE_PROVIDERS has: local, mine',
    );
  });
});

describe('the help', () => {
  const help = configHelp();
  const entries = help.split(/^ {2}(?=DTROVE_)/m).slice(1);

  it('lists every variable once, with its default and its meaning', () => {
    const names = entries.map((entry) => entry.split('\n')[0] ?? '');
    for (const entry of entries) expect(entry).toMatch(/^DTROVE_[A-Z_]+\n {6}\S.*\.\n {6}Default: \S/);
    expect(new Set(names).size).toBe(names.length);
    // Each name that it lists is one that the configuration knows: another kind of refusal, or none.
    for (const name of names) {
      const words = ((): string => {
        try {
          parseConfig({ [name]: '\u0000' });
          return '';
        } catch (error) {
          return (error as DomainError).message;
        }
      })();
      expect(words).not.toContain('no such setting');
    }
  });

  it('says the defaults as the environment would spell them', () => {
    expect(help).toContain('Default: 15432-19999');
    expect(help).toContain('Default: (empty)');
  });
});
