import 'reflect-metadata';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { parseConfig, type Config } from './config.js';
import { openDataDirectory } from './data-directory.js';
import { openDatabase } from './db/data-source.js';
import { startEmbedded } from './db/embedded/server.js';
import { serviceUser } from './db/embedded/service-user.js';
import { DomainError, messageOf } from './errors.js';
import { createLog } from './log.js';
import { assertKeyFile, changeKeyFile, type KeyChange } from './secrets/key-file.js';
import { loadMasterKeys } from './secrets/load-master-keys.js';
import { rotate } from './secrets/rotate.js';

// `npm run rotate-master-key`; docs/operating.md says when and how.

const usage = `Moves every stored secret to a new master key, and seals all of them anew. Stop every process of DTrove first.

Usage: npm run rotate-master-key

Where the key is the file master-key in the data directory, a new one is made in its place. Where it is
DTROVE_SECRET_KEY, set that to the new key, and DTROVE_SECRET_KEY_PREVIOUS to the one that is in use now.
Interrupted, run it again: it goes on. The other settings are those of \`npm start\`.
`;

/** Processes that run on would know nothing of the new data key. Told by the names of their connections. */
async function refuseOthers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'dtrove rotation' });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name IN ('dtrove', 'dtrove bus', 'dtrove jobs')`,
    );
    if ((rows[0]?.count ?? 0) === 0) return;
  } finally {
    await client.end();
  }
  throw new DomainError(
    'CONFLICT',
    'DTrove runs on this database: stop all of its processes first; clusters go on serving',
  );
}

const storedKeys = (db: DataSource): Promise<{ master: string }[]> =>
  db.query('SELECT master_key_id AS master FROM data_key');

async function configured(config: Config, db: DataSource): Promise<KeyChange> {
  const stored = await storedKeys(db);
  if (config.secretKey === '') return changeKeyFile(config.dataDir, stored.length > 1);
  const masters = await loadMasterKeys(config);
  if (masters.length === 1 && stored.some(({ master }) => master !== masters[0].id)) {
    throw new DomainError(
      'BAD_USER_INPUT',
      'DTROVE_SECRET_KEY_PREVIOUS: set it to the master key that is in use now; DTROVE_SECRET_KEY is the new one',
    );
  }
  return { masters, settle: () => Promise.resolve() };
}

async function rotateIn(config: Config, url: string): Promise<string> {
  await refuseOthers(url);
  const db = await openDatabase({ url, poolSize: 2, onPoolError: () => undefined });
  try {
    const { masters, settle } = await configured(config, db);
    const { rows, dropped } = await rotate(db, masters, settle);
    const now = `the master key is ${masters[0].id}`;
    if (dropped === 0) return `nothing to do: ${now}, and everything is sealed under it already`;
    const kept =
      config.secretKey === ''
        ? ', in the file master-key; the one before is in master-key.previous: keep it apart for as long as you keep backups from before, then remove it'
        : '; DTROVE_SECRET_KEY_PREVIOUS is no longer needed';
    return `${rows} rows sealed anew, ${dropped} old data key(s) destroyed: ${now}${kept}`;
  } finally {
    await db.destroy();
  }
}

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(usage);
    return;
  }
  const config = parseConfig(process.env);
  await openDataDirectory(config.dataDir);
  if (config.secretKey === '') await assertKeyFile(config.dataDir);
  const embedded =
    config.databaseUrl === ''
      ? await startEmbedded({
          dataDir: config.dataDir,
          user: await serviceUser(config.localUser),
          log: createLog('warn'),
        })
      : null;
  try {
    process.stdout.write(`${await rotateIn(config, embedded?.url ?? config.databaseUrl)}\n`);
  } finally {
    await embedded?.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `dtrove: ${messageOf(error)
        .trim()
        .replaceAll(/\s*\n\s*/g, '; ')}\n`,
    );
    process.exit(1);
  },
);
