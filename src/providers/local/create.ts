import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { DomainError } from '../../errors.js';
import type { ServerWish } from '../provider.js';
import type { Ground } from './ground.js';
import { makeShared, makeTheirs, pathsOf, type ServerPaths } from './paths.js';
import { recordOf, writeRecord, type ServerRecord } from './record.js';
import { release, reserve } from './reserve.js';

/** Makes the directory of its sockets where that is outside of its home; it is gone after a reboot. */
export async function makeRunDir({ home, run }: ServerPaths, { user }: Ground): Promise<void> {
  if (!run.startsWith(home)) await makeTheirs(run, user);
}

async function fill(draft: string, paths: ServerPaths, record: ServerRecord, hostKey: string, ground: Ground) {
  const at = (path: string) => join(draft, path.slice(paths.home.length));
  await makeTheirs(at(paths.autostart), ground.user);
  if (paths.run.startsWith(paths.home)) await makeTheirs(at(paths.run), ground.user);
  await writeFile(at(paths.hostKey), hostKey, { mode: 0o600 });
  await writeRecord(at(paths.record), record);
  // The user owns its home; the two files above stay ours.
  await chmod(draft, 0o700);
  if (ground.user !== null) await chown(draft, ground.user.uid, ground.user.gid);
}

const draftPrefix = '.draft-';
const abandonedAfterMs = 600_000;

/** Removes what processes that died left half made. */
export async function sweepDrafts({ servers }: Ground): Promise<void> {
  for (const name of await readdir(servers)) {
    const path = join(servers, name);
    const made = name.startsWith(draftPrefix) ? await stat(path).catch(() => null) : null;
    if (made && Date.now() - made.mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** The server of `wish.key`, found or made: its directory appears whole, by one rename, whoever makes it. */
export async function makeServer(wish: ServerWish, ground: Ground): Promise<ServerRecord> {
  const found = await recordOf(ground.servers, wish.key);
  if (found) return found;
  const { key, clusterId, owner, name, flavor, image, user, authorizedKey } = wish;
  if (ssh2.utils.parseKey(authorizedKey) instanceof Error) {
    throw new DomainError('BAD_USER_INPUT', 'the public key is no line of OpenSSH', { field: 'authorizedKey' });
  }
  await makeShared(ground.user);
  const paths = pathsOf(ground.servers, key);
  const draft = join(ground.servers, `${draftPrefix}${randomUUID()}`);
  try {
    const { ssh, database } = await reserve(ground, paths.home);
    const tags = { key, clusterId, ...(owner !== undefined && { owner }) };
    const record = { ...tags, name, flavor, image, user, authorizedKey, sshPort: ssh, port: database };
    await mkdir(draft, { mode: 0o700 });
    await fill(draft, paths, record, wish.hostKey.privateKey.reveal(), ground);
    await makeRunDir(paths, ground);
    await rename(draft, paths.home);
    return record;
  } catch (error) {
    const made = await recordOf(ground.servers, key);
    if (made) return made;
    await release(paths.home);
    throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
