import { open, stat } from 'node:fs/promises';
import { DomainError } from '../errors.js';
import { isPart, type Part } from './parts.js';

/** Gives a file part by part, each when it has proven to be what was stored. Throws BACKUP_DAMAGED. */
export async function* giveFile(
  path: string,
  parts: readonly Part[],
  tell: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  await assertWhole(path, parts);
  const file = await open(path, 'r');
  let at = 0;
  try {
    for (const [i, part] of parts.entries()) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(part.size), 0, part.size, at);
      const piece = buffer.subarray(0, bytesRead);
      if (!isPart(piece, part)) throw damaged(`part ${i + 1} of ${parts.length} of ${path} does not have its checksum`);
      at += part.size;
      yield piece;
      tell(at);
    }
  } finally {
    await file.close();
  }
}

async function assertWhole(path: string, parts: readonly Part[]): Promise<void> {
  const wanted = parts.reduce((sum, { size }) => sum + size, 0);
  const found = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) throw damaged(`${path} is gone`);
  if (found.size !== wanted) throw damaged(`${path} has ${found.size} bytes of ${wanted}`);
}

const damaged = (what: string): DomainError =>
  new DomainError('BACKUP_DAMAGED', `${what}: the backup was changed since it was made. Restore another one`);
