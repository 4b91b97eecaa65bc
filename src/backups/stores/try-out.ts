import { resolve } from 'node:path';
import { BackupStoreKind } from '../../../schema/backup-enums.js';
import type { BackupStore } from '../../../schema/backup-store.js';
import { makeDirectories } from '../../directories.js';
import { DomainError, messageOf } from '../../errors.js';
import type { Secret } from '../../shell/secret.js';
import { within } from '../../within.js';
import { buildStore, type StoreGround } from './open.js';

/** How long a store may take to answer when it is tried out, in milliseconds. */
const longest = 15_000;

/** Writes to a place, reads there and clears it. Throws UNAVAILABLE in its own words, also where it does not answer at all. */
export async function tryOut(
  ground: Pick<StoreGround, 'dataDir'>,
  row: BackupStore,
  secret: Secret | null,
  patience = longest,
): Promise<void> {
  const field = row.kind === BackupStoreKind.FOLDER ? 'path' : 'endpoint';
  const giveUp = new AbortController();
  const work = row.path === null ? check() : makeDirectories(resolve(ground.dataDir, row.path), 0o700).then(check);
  try {
    await within(patience, work);
  } catch (error) {
    if (error instanceof DomainError) {
      const { code, message, retryable } = error;
      throw new DomainError(code, message, { field, retryable, cause: error });
    }
    throw new DomainError(
      'UNAVAILABLE',
      `${titleOf(row)}: ${messageOf(error)}; see that it is there and can be read and written from here`,
      { field, retryable: true, cause: error },
    );
  } finally {
    giveUp.abort();
    work.catch(() => undefined);
  }

  async function check(): Promise<void> {
    await buildStore(ground, row, secret).check(giveUp.signal);
  }
}

const titleOf = ({ kind, path, bucket, endpoint }: BackupStore): string =>
  kind === BackupStoreKind.FOLDER
    ? `the folder of backups ${path ?? ''}`
    : `the bucket ${bucket ?? ''} at ${endpoint ?? ''}`;
