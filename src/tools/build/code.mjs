import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fingerprint } from './stamp.mjs';
import { filesBelow } from './walk.mjs';

const ROOTS = ['schema', 'src', 'resolvers', 'jobs'];
const ELSEWHERE = /^src[\\/](ide|tools)[\\/]/;
const TEMPORARY = /\.\d+-\d+\.tmp$/;
const OLD_MS = 60_000;

/** The outputs of one source file: where it goes, and whether it is compiled or copied. */
function outputOf(root, path) {
  const name = relative(root, path);
  const compiled = /\.ts$/.test(name);
  const target = join(root, 'dist', compiled ? name.replace(/\.ts$/, '.js') : name);
  return { path, name, compiled, target };
}

function sources(root) {
  return ROOTS.flatMap((directory) => filesBelow(join(root, directory)))
    .map((path) => outputOf(root, path))
    .filter(({ name }) => !ELSEWHERE.test(name) && !/\.d\.ts$/.test(name));
}

const mtime = (path) => Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1);

const age = (path) => Date.now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Date.now());

/** What has to be compiled, copied or removed below dist/, or nothing. */
export function planCode(root) {
  const mark = fingerprint(root, [
    join(root, '.swcrc'),
    join(root, 'node_modules/@swc/core/package.json'),
    import.meta.filename,
  ]);
  const stamp = join(root, 'dist/.code-stamp');
  const settled = existsSync(stamp) && readFileSync(stamp, 'utf8') === mark;
  const all = sources(root);
  // An output carries its source's mtime: a comparison of two stats tells whether it is fresh, without any list to keep.
  const stale = all.filter(({ path, target }) => !settled || mtime(target) !== mtime(path));
  const gone = leftovers(root, all);
  if (stale.length === 0 && gone.length === 0 && settled) return undefined;
  return {
    label: stale.length > 0 ? `the code (${stale.length} ${stale.length === 1 ? 'file' : 'files'})` : undefined,
    run: async () => {
      const transform = stale.some(({ compiled }) => compiled) ? await compiler(root) : undefined;
      await Promise.all(stale.map((source) => make(root, source, transform)));
      await Promise.all(gone.map((path) => rm(path, { force: true })));
      await mkdir(dirname(stamp), { recursive: true });
      await put(stamp, mark, undefined);
    },
  };
}

/** Outputs whose source is gone. Temporary files of a build that may be running now are let live (ctime: nobody sets it). */
function leftovers(root, all) {
  const wanted = new Set(all.flatMap(({ target, compiled }) => (compiled ? [target, `${target}.map`] : [target])));
  const unwanted = ROOTS.flatMap((directory) => filesBelow(join(root, 'dist', directory))).filter(
    (path) => !wanted.has(path),
  );
  return unwanted.filter((path) => !TEMPORARY.test(path) || age(path) > OLD_MS);
}

async function compiler(root) {
  const { transform } = await import('@swc/core');
  const settings = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  delete settings.$schema;
  return (code, filename, sourceFileName) =>
    transform(code, {
      ...settings,
      swcrc: false,
      configFile: false,
      filename,
      sourceFileName,
      sourceMaps: true,
      inlineSourcesContent: false,
    });
}

async function make(root, { path, name, compiled, target }, transform) {
  // The time is taken before the content: a change in between makes the output stale, never wrongly fresh.
  const time = mtime(path);
  await mkdir(dirname(target), { recursive: true });
  if (!compiled) return put(target, await readFile(path), time);
  const code = await readFile(path, 'utf8');
  const back = relative(dirname(target), path).split(sep).join('/');
  const output = await transform(code, path, back).catch((error) => {
    throw new Error(`${name}: ${complaint(error)}`);
  });
  const mapName = `${target.slice(target.lastIndexOf(sep) + 1)}.map`;
  await put(`${target}.map`, output.map, time);
  await put(target, `${output.code}//# sourceMappingURL=${mapName}\n`, time);
}

let temporaries = 0;

/** Moved into place whole: a process that imports it at this moment reads the old or the new, never a half. */
async function put(target, content, time) {
  temporaries += 1;
  const temporary = `${target}.${process.pid}-${temporaries}.tmp`;
  await writeFile(temporary, content);
  if (time !== undefined) await utimes(temporary, new Date(time), new Date(time));
  await rename(temporary, target);
}

/** swc draws a picture of the error and a stack of its own; one line has the words, one the place. */
function complaint(error) {
  const lines = String(error?.message ?? error).split('\n');
  const words = lines.find((line) => /^\s*[x×]\s/.test(line))?.replace(/^\s*[x×]\s+/, '') ?? lines[0];
  const place = lines.map((line) => /\[.*:(\d+):\d+\]/.exec(line)?.[1]).find(Boolean);
  return place ? `line ${place}: ${words}` : words;
}
