import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../errors.js';
import type { Distribution } from './distribution.js';
import { wordsOf } from './postmaster.js';
import { asUser, type ServiceUser } from './service-user.js';

/** The role and the database of the control plane. */
export const account = 'dtrove';

/** Runs a program to its end as the user; gives its exit code and what it said. */
function run(file: string, args: readonly string[], user: ServiceUser | null): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...asUser(user),
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
      // On stdout it only tells how far it has come.
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4096)));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? -1, said });
    });
  });
}

/** Throws unless what is there is a database directory that this user may run with this distribution. */
async function assertUsable(data: string, { major, version }: Distribution, user: ServiceUser | null): Promise<void> {
  const { uid } = await stat(data);
  const mine = user === null ? process.getuid?.() : user.uid;
  if (mine !== undefined && uid !== mine >>> 0) {
    const who = user === null ? 'us' : `the user ${user.name}`;
    throw new DomainError('UNAVAILABLE', `${data} belongs to uid ${String(uid)}, not to ${who} (uid ${String(mine)})`);
  }
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (found === major) return;
  throw new DomainError('UNAVAILABLE', `${data} is of PostgreSQL ${found}; the embedded one is ${version}`);
}

async function make(draft: string, data: string, password: string, pg: Distribution, user: ServiceUser | null) {
  await mkdir(draft, { mode: 0o700 });
  await chmod(draft, 0o711);
  const fresh = join(draft, 'data');
  const secret = join(draft, 'password');
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(secret, `${password}\n`, { mode: 0o600 });
  if (user !== null) for (const path of [fresh, secret]) await chown(path, user.uid, user.gid);
  const options = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${account}`, `--pwfile=${secret}`];
  const { code, said } = await run(join(pg.binDir, 'initdb'), ['-D', fresh, ...options, ...access], user);
  if (code !== 0) throw new DomainError('UNAVAILABLE', `initdb failed: ${wordsOf(said) || `exit ${String(code)}`}`);
  await rename(fresh, data);
}

/**
 * Makes the database directory `<place>/data` when it is not there: whole or not at all, as initdb works in a draft
 * beside it. `password` becomes the one of {@link account}. Throws DomainError UNAVAILABLE in initdb's own words.
 */
export async function initialise(
  place: string,
  password: string,
  pg: Distribution,
  user: ServiceUser | null,
): Promise<string> {
  const data = join(place, 'data');
  for (const name of await readdir(place)) {
    if (name.startsWith('draft-')) await rm(join(place, name), { recursive: true, force: true });
  }
  const isMade = await stat(data).then(
    () => true,
    () => false,
  );
  if (isMade) {
    await assertUsable(data, pg, user);
    return data;
  }
  const draft = join(place, `draft-${randomUUID()}`);
  try {
    await make(draft, data, password, pg, user);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return data;
}
