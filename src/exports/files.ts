import { rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectories } from '../directories.js';
import { DomainError, messageOf } from '../errors.js';

/** What stays free on the disk of the control plane, whatever is put there. */
const reserve = 256 * 1024 * 1024;

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;

/** The directory of exports and uploads. Every process that serves the API and every worker sees the same one. */
export class ExportFiles {
  constructor(readonly directory: string) {}

  archive(exportId: string): string {
    return join(this.directory, `${exportId}.tar`);
  }

  upload(uploadId: string): string {
    return join(this.directory, 'uploads', uploadId);
  }

  /** Makes it. Nobody else may look into it: archives can hold hashes of passwords. */
  async open(): Promise<void> {
    await makeDirectories(join(this.directory, 'uploads'), 0o700).catch((error: unknown) => {
      throw new DomainError(
        'UNAVAILABLE',
        `the directory of exports cannot be used: ${messageOf(error)}; choose another with DTROVE_EXPORTS_DIR`,
      );
    });
  }

  /** Throws NO_CAPACITY where `bytes` more have no room. */
  async assertRoom(bytes: number, what: string): Promise<void> {
    await this.open();
    const { bavail, bsize } = await statfs(this.directory);
    const free = bavail * bsize - reserve;
    if (bytes <= free) return;
    throw new DomainError(
      'NO_CAPACITY',
      `the control plane has no room for ${what} of ${megabytes(bytes)}: ${megabytes(Math.max(0, free))} are free for it. Delete exports or uploads, or choose a larger disk with DTROVE_EXPORTS_DIR`,
    );
  }

  /** The size of a file; null where there is none. */
  async sizeOf(path: string): Promise<number | null> {
    const found = await stat(path).catch(() => null);
    return found?.size ?? null;
  }

  remove(path: string): Promise<void> {
    return rm(path, { force: true });
  }

  /** An archive that is not whole goes. */
  discard(exportId: string): Promise<void> {
    return this.remove(`${this.archive(exportId)}.part`);
  }

  /** What was written beside its place is there as a whole from now on. */
  publish(part: string, path: string): Promise<void> {
    return rename(part, path);
  }
}

/** What the system says when a disk is full, in words; other errors as they are. */
export function asFull(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new DomainError(
    'NO_CAPACITY',
    'the disk of the control plane is full; delete exports or uploads, and try again',
    {
      cause: error,
    },
  );
}
