import { randomBytes } from 'node:crypto';
import { copyFile, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../errors.js';
import { parseMasterKey, type MasterKey } from './master-key.js';
import { readOrMake } from './private-file.js';

/** The file of the master key, and what a rotation needs beside it. */
const names = { present: 'master-key', next: 'master-key.next', previous: 'master-key.previous' };

const newKeyText = (): string => randomBytes(32).toString('base64');

async function read(dataDir: string, name: string): Promise<MasterKey | null> {
  const text = await readFile(join(dataDir, name), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return text.trim() === '' ? null : parseMasterKey(text, name);
}

/** The master key of the data directory, made at the first time. Throws UNAVAILABLE in the middle of a rotation. */
export async function loadKeyFile(dataDir: string): Promise<MasterKey> {
  if ((await read(dataDir, names.next)) !== null) {
    throw new DomainError(
      'UNAVAILABLE',
      'a rotation of the master key was interrupted: run `npm run rotate-master-key` again, which goes on with it',
    );
  }
  return loadPresent(dataDir);
}

const loadPresent = async (dataDir: string): Promise<MasterKey> =>
  parseMasterKey(await readOrMake(join(dataDir, names.present), newKeyText), names.present);

/** Throws NOT_FOUND where the data directory has no master key. */
export async function assertKeyFile(dataDir: string): Promise<void> {
  if ((await read(dataDir, names.present)) !== null) return;
  const place = join(dataDir, names.present);
  throw new DomainError('NOT_FOUND', `there is no master key in ${place}: start DTrove once, or set DTROVE_DATA_DIR`);
}

/** The keys of a rotation, the new one first, and how the new one takes the place of the old. */
export interface KeyChange {
  readonly masters: readonly [MasterKey, ...MasterKey[]];
  readonly settle: () => Promise<void>;
}

/**
 * Begins the change of the key file, or goes on with one that was interrupted; `resealing`: the new key is in its place
 * already, and only the secrets have still to be sealed anew.
 */
export async function changeKeyFile(dataDir: string, resealing: boolean): Promise<KeyChange> {
  const present = await loadPresent(dataDir);
  const begun = await read(dataDir, names.next);
  if (begun === null && resealing) return { masters: [present], settle: () => Promise.resolve() };
  const next = parseMasterKey(await readOrMake(join(dataDir, names.next), newKeyText), names.next);
  return {
    masters: [next, present],
    settle: async () => {
      await copyFile(join(dataDir, names.present), join(dataDir, names.previous));
      await rename(join(dataDir, names.next), join(dataDir, names.present));
      const directory = await open(dataDir);
      await directory.sync().finally(() => directory.close());
    },
  };
}
