#!/usr/bin/env node
// The one build: TypeScript to dist/, the GraphQL IDE to dist/ide, the local provider's tools to dist/local-tools.
// `npm start` and `npm run demo` call it every time, so it costs next to nothing when nothing changed.
import { fileURLToPath } from 'node:url';
import { build } from './build/all.mjs';

await build(fileURLToPath(new URL('../..', import.meta.url))).catch((error) => {
  console.error(`The build failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
