import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const STAMP = '.stamp';
const WORK = '.work-';
const ABANDONED_MS = 600_000;

/** A hash over names and contents: two checkouts with the same inputs agree, whatever their clocks say. */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`${relative(root, path)}\0`);
    hash.update(existsSync(path) ? readFileSync(path) : '');
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** Whether `directory` was built from exactly these inputs. */
export function isFresh(directory, mark) {
  try {
    return readFileSync(join(directory, STAMP), 'utf8') === mark;
  } catch {
    return false;
  }
}

/**
 * Builds a directory beside its place and moves it in whole, so that nobody ever sees half of it and two builds at
 * once cannot mix; the stamp travels inside.
 */
export async function swapIn(target, mark, fill) {
  await mkdir(dirname(target), { recursive: true });
  await removeAbandoned(dirname(target));
  const work = await mkdtemp(join(dirname(target), WORK));
  try {
    const fresh = join(work, 'new');
    await mkdir(fresh);
    await fill(fresh);
    await writeFile(join(fresh, STAMP), mark);
    await replace(target, fresh, join(work, 'old'), mark);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What a build that was killed has left behind. */
async function removeAbandoned(directory) {
  const names = (await readdir(directory)).filter((name) => name.startsWith(WORK));
  for (const path of names.map((name) => join(directory, name))) {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

async function replace(target, fresh, old, mark) {
  for (let attempt = 0; ; attempt += 1) {
    // Somebody else built the same meanwhile: theirs is as good, and may be in use already.
    if (isFresh(target, mark)) return;
    await rename(target, `${old}-${attempt}`).catch(unless('ENOENT'));
    const taken = await rename(fresh, target).then(() => false, unless('ENOTEMPTY', 'EEXIST'));
    if (taken === false) return;
  }
}

const unless =
  (...codes) =>
  (error) => {
    if (!codes.includes(error.code)) throw error;
  };
