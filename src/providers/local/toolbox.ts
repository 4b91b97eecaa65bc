import { createHash, randomUUID } from 'node:crypto';
import { chmod, constants, copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimePlace } from '../../db/embedded/distribution.js';
import { may, type ServiceUser } from '../../db/embedded/service-user.js';
import { DomainError } from '../../errors.js';
import { quote } from '../../shell/command.js';

const names = ['psql', 'pg_basebackup'];

// This file is either the source, or compiled below dist/src.
const candidates = ['../../../dist/local-tools/', '../../../local-tools/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

async function builtTools(): Promise<Map<string, Buffer>> {
  for (const directory of candidates) {
    const texts = await Promise.all(names.map((name) => readFile(join(directory, `${name}.cjs`)).catch(() => null)));
    const found = texts.flatMap((text, i) => (text === null ? [] : [[`${names[i] ?? ''}.cjs`, text] as const]));
    if (found.length === names.length) return new Map(found);
  }
  throw new DomainError('UNAVAILABLE', 'the tools of the local provider are not built: `npm run build` makes them');
}

const identityOf = async (path: string): Promise<string> => {
  const { size, mtimeMs } = await stat(path);
  return `${path} ${String(size)} ${String(mtimeMs)}`;
};

async function fill(draft: string, tools: ReadonlyMap<string, Buffer>, target: string, ownNode: boolean) {
  const node = ownNode ? join(target, 'node') : process.execPath;
  if (ownNode) {
    // A Node.js in root's own home, as nvm puts it, is of no use to the service user.
    await copyFile(process.execPath, join(draft, 'node'), constants.COPYFILE_FICLONE);
    await chmod(join(draft, 'node'), 0o755);
  }
  for (const [file, text] of tools) {
    await writeFile(join(draft, file), text);
    await chmod(join(draft, file), 0o644);
    const wrapper = join(draft, basename(file, '.cjs'));
    await writeFile(wrapper, `#!/bin/sh\nexec ${quote(node)} ${quote(join(target, file))} "$@"\n`);
    await chmod(wrapper, 0o755);
  }
  await chmod(draft, 0o755);
}

/**
 * The directory of the programs that the embedded PostgreSQL lacks, each complete and readable by `user`. It is named
 * after its content: one that is there is good, and no running program is ever changed.
 * Throws UNAVAILABLE when they have not been built.
 */
export async function toolbox(dataDir: string, user: ServiceUser | null): Promise<string> {
  const tools = await builtTools();
  const ownNode = user !== null && !(await may(user, ['-x'], process.execPath));
  const hash = createHash('sha256')
    .update(await identityOf(process.execPath))
    .update(String(ownNode));
  for (const text of tools.values()) hash.update(text);
  const target = join(await runtimePlace(dataDir, user), `tools-${hash.digest('hex').slice(0, 16)}`);
  if (await stat(target).catch(() => null)) return target;
  const draft = `${target}.${randomUUID()}`;
  await mkdir(draft);
  try {
    await fill(draft, tools, target, ownNode);
    await rename(draft, target);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}
