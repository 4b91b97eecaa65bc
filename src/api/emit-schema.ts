import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { resolvers } from '../../resolvers/index.js';
import { createSchema } from './schema.js';

/** Writes schema/schema.graphql from the resolver classes; with `--check`, exits 1 where the file has drifted from them. */
const path = new URL('../../../schema/schema.graphql', import.meta.url);
const header = '# Emitted by `npm run schema` from the classes in schema/ and resolvers/. Do not edit.\n\n';
const text = `${header}${printSchema(lexicographicSortSchema(await createSchema(resolvers)))}\n`;

if (!process.argv.includes('--check')) await writeFile(path, text);
else if ((await readFile(path, 'utf8')) !== text) {
  process.stderr.write('schema/schema.graphql has drifted from the code: run `npm run schema` and commit it\n');
  process.exitCode = 1;
}
