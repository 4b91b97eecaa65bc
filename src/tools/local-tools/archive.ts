import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Receiver } from './session.js';

const everyMs = 250;

/** The two texts, each ended by a zero byte, that announce an archive: its name, and its tablespace's path. */
const announced = (chunk: Buffer): readonly string[] => chunk.toString('utf8', 1).split('\0');

/**
 * Reads the stream of a BASE_BACKUP (PostgreSQL 15 and later): its first archive goes to `tar`, its progress to stderr.
 * `ended` is the end of whoever reads the archive. A second archive, of a tablespace, is refused.
 */
export function archiveReader(tar: Writable, ended: Promise<void>): Receiver {
  let total = 0;
  let seen = 0;
  let told = 0;
  let draining: Promise<void> | undefined;
  const tell = (bytes: number) => {
    if (performance.now() - told < everyMs) return;
    told = performance.now();
    const percent = total > 0 ? Math.min(100, Math.floor((bytes / total) * 100)) : 0;
    process.stderr.write(
      `${String(Math.round(bytes / 1024))}/${String(Math.round(total / 1024))} kB (${String(percent)}%)\n`,
    );
  };
  return {
    // The second result has one row a tablespace: oid, path and size in kB; the data directory itself has no oid.
    row: ([oid, , size]) => {
      if (oid === null && size != null) total = Number(size) * 1024;
    },
    data: (chunk) => {
      const kind = String.fromCharCode(chunk[0] ?? 0);
      if (kind === 'n') {
        const [name = '', path = ''] = announced(chunk);
        return path === ''
          ? undefined
          : Promise.reject(new Error(`tablespaces cannot be copied: ${name} is of ${path}`));
      }
      if (kind === 'p') tell(Number(chunk.readBigInt64BE(1)));
      if (kind !== 'd') return undefined;
      seen += chunk.length - 1;
      tell(seen);
      if (tar.write(chunk.subarray(1))) return undefined;
      // Several pieces may still come out of the buffer that was being read: they wait for the same.
      draining ??= Promise.race([once(tar, 'drain').then(() => undefined), ended]).finally(
        () => (draining = undefined),
      );
      return draining;
    },
  };
}
