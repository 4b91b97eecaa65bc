import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { DomainError, messageOf } from '../../errors.js';
import { isKey, pathsOf } from './paths.js';

const Shape = z.object({
  key: z.string(),
  clusterId: z.string(),
  owner: z.string().optional(),
  name: z.string(),
  flavor: z.string(),
  image: z.string(),
  user: z.string(),
  authorizedKey: z.string(),
  sshPort: z.int(),
  port: z.int(),
});

/** What a server's directory tells of it, in server.json. */
export type ServerRecord = z.infer<typeof Shape>;

export const writeRecord = (path: string, record: ServerRecord): Promise<void> =>
  writeFile(path, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });

const read = async (path: string): Promise<ServerRecord | null> => {
  try {
    return Shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw new DomainError('PROVIDER_FAILED', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};

/** A server by its key; null when there is none, or it is being destroyed. */
export const recordOf = (servers: string, key: string): Promise<ServerRecord | null> =>
  read(pathsOf(servers, key).record);

/** The same server while it is being destroyed; null when it is not. */
export const doomedRecordOf = (servers: string, key: string): Promise<ServerRecord | null> =>
  read(join(pathsOf(servers, key).doomed, basename(pathsOf(servers, key).record)));

/** The keys of all servers: those that live, and those whose destroying was begun. */
export async function keysIn(servers: string): Promise<{ living: string[]; doomed: string[] }> {
  const names = await readdir(servers);
  const doomed = names.flatMap((name) => (name.startsWith('.doomed-') ? [name.slice('.doomed-'.length)] : []));
  return { living: names.filter(isKey), doomed: doomed.filter(isKey) };
}
