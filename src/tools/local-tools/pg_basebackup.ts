import { spawn } from 'node:child_process';
import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { archiveReader } from './archive.js';
import { parseConninfo, targetOf } from './conninfo.js';
import { prepareToSync, syncAll } from './fsync.js';
import { open, type Session } from './session.js';

// pg_basebackup as far as DTrove's own commands use it: one copy with the log that makes it consistent, as files or as one
// archive on stdout.

const text = (short?: string) => ({ type: 'string', ...(short === undefined ? {} : { short }) }) as const;
const flag = (short?: string) => ({ type: 'boolean', ...(short === undefined ? {} : { short }) }) as const;

function options() {
  const { values } = parseArgs({
    options: {
      pgdata: text('D'),
      format: text('F'),
      dbname: text('d'),
      host: text('h'),
      port: text('p'),
      username: text('U'),
      slot: text('S'),
      label: text('l'),
      'wal-method': text('X'),
      checkpoint: text('c'),
      'write-recovery-conf': flag('R'),
      'no-sync': flag('N'),
      'no-password': flag('w'),
      'no-manifest': flag(),
      progress: flag('P'),
      verbose: flag('v'),
    },
  });
  const {
    pgdata: directory,
    host,
    port,
    username,
    'wal-method': wal = 'stream',
    checkpoint = 'spread',
    format = 'p',
  } = values;
  if (directory === undefined) throw new Error('no target directory specified');
  if (!['none', 'fetch', 'stream'].includes(wal)) throw new Error(`invalid wal-method option "${wal}"`);
  if (!['fast', 'spread'].includes(checkpoint)) throw new Error(`invalid checkpoint argument "${checkpoint}"`);
  if ((format === 't' || format === 'tar') !== (directory === '-'))
    throw new Error('archives are written to stdout only');
  const named = Object.entries({ host, port, user: username }).filter((pair): pair is [string, string] => !!pair[1]);
  const parameters = { dbname: 'replication', ...parseConninfo(values.dbname ?? ''), ...Object.fromEntries(named) };
  return { ...values, directory, wal, checkpoint, target: targetOf(parameters, 'pg_basebackup') };
}

async function makeEmpty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0) throw new Error(`directory "${directory}" exists but is not empty`);
}

/** The system's tar, unpacking what it is given into `directory`; `ended` rejects with its own words. */
function unpack(directory: string) {
  const child = spawn('tar', ['-x', '-o', '-f', '-'], { cwd: directory, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`could not unpack: tar: ${said.trim() || `exit ${String(code)}`}`));
    });
  });
  child.stdin.on('error', () => undefined); // `ended` tells why
  return { stdin: child.stdin, ended };
}

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A slot that is not there would be found only by the replica, long after the copy. */
async function assertSlot(session: Session, slot: string): Promise<void> {
  const types: (string | null | undefined)[] = [];
  const row = ([type]: readonly (string | null)[]) => types.push(type);
  await session.query(`READ_REPLICATION_SLOT "${slot.replaceAll('"', '""')}"`, { row });
  if (types[0] !== 'physical') throw new Error(`replication slot "${slot}" does not exist`);
}

/** As it is, for whoever reads it; `ended` rejects where nobody does any more. */
const toStdout = () => {
  const ended = new Promise<void>((_, reject) => {
    process.stdout.on('error', reject);
  });
  ended.catch(() => undefined);
  return { stdin: process.stdout, ended };
};

/** The log of the copy's time stays until this session ends. */
async function keepLog(session: Session): Promise<void> {
  await session.query(
    `CREATE_REPLICATION_SLOT "dtrove_backup_${String(process.pid)}" TEMPORARY PHYSICAL (RESERVE_WAL)`,
  );
}

async function copy(session: Session, { directory, label, wal, checkpoint }: ReturnType<typeof options>) {
  const archive = directory === '-';
  const tar = archive ? toStdout() : unpack(directory);
  const wanted = [
    `LABEL ${literal(label ?? 'pg_basebackup base backup')}`,
    `PROGRESS true`,
    `CHECKPOINT '${checkpoint}'`,
    // The log of the copy's own time comes as its last part; a slot keeps it on the server until then.
    `WAL ${String(wal !== 'none')}`,
    `WAIT false`,
    `MANIFEST 'no'`,
  ];
  const backup = session.query(`BASE_BACKUP (${wanted.join(', ')})`, archiveReader(tar.stdin, tar.ended));
  await Promise.race([backup, tar.ended.then(() => backup)]);
  if (archive) {
    await new Promise<void>((written) => {
      process.stdout.write('', () => {
        written();
      });
    });
  } else {
    tar.stdin.end();
    await tar.ended;
  }
}

async function writeRecovery({ directory, dbname = '', slot }: ReturnType<typeof options>): Promise<void> {
  const name = slot === undefined ? '' : `primary_slot_name = ${literal(slot)}\n`;
  await appendFile(join(directory, 'postgresql.auto.conf'), `primary_conninfo = ${literal(dbname)}\n${name}`);
  await writeFile(join(directory, 'standby.signal'), '', { mode: 0o600 });
}

async function main(): Promise<void> {
  prepareToSync();
  const chosen = options();
  const archive = chosen.directory === '-';
  if (!archive) await makeEmpty(chosen.directory);
  const session = await open(chosen.target, { replication: 'true' });
  if (chosen.slot !== undefined) await assertSlot(session, chosen.slot);
  else if (archive) await keepLog(session);
  await copy(session, chosen);
  session.end();
  if (archive) return;
  if (chosen['write-recovery-conf'] === true) await writeRecovery(chosen);
  if (chosen['no-sync'] !== true) await syncAll(chosen.directory);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const words = `pg_basebackup: error: ${error instanceof Error ? error.message : String(error)}\n`;
    process.stderr.write(words, () => process.exit(1));
  },
);
