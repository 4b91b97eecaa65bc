import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { planCode } from './code.mjs';
import { fingerprint, isFresh, swapIn } from './stamp.mjs';
import { filesBelow } from './walk.mjs';

const IDE_PACKAGES = ['graphiql', '@graphiql/toolkit', 'graphql', 'graphql-ws', 'react', 'react-dom', 'vite'];
const TOOL_PACKAGES = ['pg', 'vite'];

const manifestsOf = (root, names) => names.map((name) => join(root, 'node_modules', name, 'package.json'));

/** One thing that is stale: what to call it (not worth a word without), and how to build it. */
/** @typedef {{ label?: string, run: () => Promise<void> }} Task */

/** @returns {Task | undefined} */
function planIde(root) {
  const source = join(root, 'src/ide');
  const config = join(source, 'vite.config.mjs');
  if (!existsSync(config)) return undefined;
  const documents = join(root, 'test/operations/console');
  const manifests = manifestsOf(root, IDE_PACKAGES);
  const mark = fingerprint(root, [...filesBelow(source), ...filesBelow(documents), ...manifests]);
  const target = join(root, 'dist/ide');
  if (isFresh(target, mark)) return undefined;
  return {
    label: 'the GraphQL IDE',
    run: () =>
      swapIn(target, mark, async (outDir) => {
        const { build } = await import('vite');
        await build({ configFile: config, root: source, logLevel: 'error', build: { outDir, emptyOutDir: true } });
      }),
  };
}

/** @returns {Task | undefined} */
function planLocalTools(root) {
  const script = join(root, 'src/tools/build-local-tools.mjs');
  if (!existsSync(script)) return undefined;
  const manifests = manifestsOf(root, TOOL_PACKAGES);
  const mark = fingerprint(root, [script, ...filesBelow(join(root, 'src/tools/local-tools')), ...manifests]);
  const target = join(root, 'dist/local-tools');
  if (isFresh(target, mark)) return undefined;
  return {
    label: "the local provider's tools",
    run: () =>
      swapIn(target, mark, async (outDir) => {
        const { buildLocalTools } = await import(pathToFileURL(script).href);
        await buildLocalTools(outDir);
      }),
  };
}

/** Builds what is stale below `root`, and says so in one line. */
export async function build(root, say = console.log) {
  const tasks = [planCode(root), planIde(root), planLocalTools(root)].filter((task) => task !== undefined);
  if (tasks.length === 0) return;
  const labels = tasks.flatMap(({ label }) => label ?? []);
  if (labels.length > 0) say(`Building ${labels.join(', ')} …`);
  const outcomes = await Promise.allSettled(tasks.map((task) => task.run()));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
