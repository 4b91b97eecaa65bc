// Bundles each tool of the local provider into one file without dependencies: it starts fast, and it can be copied to
// where a user who may not enter this directory can read it.
import { mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** esbuild is Vite's own. */
async function esbuild() {
  const fromVite = createRequire(createRequire(join(root, 'package.json')).resolve('vite/package.json'));
  return import(fromVite.resolve('esbuild'));
}

/** Writes `psql.cjs` and `pg_basebackup.cjs` into `target`, each whole or not at all. */
export async function buildLocalTools(target = join(root, 'dist/local-tools')) {
  const { build } = await esbuild();
  await mkdir(target, { recursive: true });
  for (const name of ['psql', 'pg_basebackup']) {
    const draft = join(target, `.${name}-${process.pid}-${Date.now()}.cjs`);
    await build({
      entryPoints: [join(root, `src/tools/local-tools/${name}.ts`)],
      outfile: draft,
      bundle: true,
      platform: 'node',
      // CommonJS, minified: 10 ms sooner ready than a module. Without a navigator `pg` loads all of fetch: 20 ms.
      format: 'cjs',
      target: 'node20',
      minify: true,
      keepNames: true,
      legalComments: 'none',
      banner: { js: `globalThis.navigator ??= { userAgent: 'Node.js' };` },
      logLevel: 'error',
    });
    await rename(draft, join(target, `${name}.cjs`));
  }
  return dirname(join(target, 'psql.cjs'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildLocalTools();
