#!/usr/bin/env node
// `npm run bench`: how fast DTrove is, each figure beside what it is to be compared with. See docs/performance.md.
import { writeFile } from 'node:fs/promises';
import { answer } from './answer.mjs';
import { backup } from './backup.mjs';
import { cleanUp } from './clean-up.mjs';
import { create } from './create.mjs';
import { fanOut } from './fan-out.mjs';
import { health } from './health.mjs';
import { idle } from './idle.mjs';
import { load } from './load.mjs';
import { machine } from './machine.mjs';
import { machines } from './machines.mjs';
import { openstack } from './openstack.mjs';
import { readOptions } from './options.mjs';
import { parameters } from './parameters.mjs';
import { queries } from './queries.mjs';
import { subscriptions } from './subscriptions.mjs';
import { print } from './table.mjs';

const parts = {
  create,
  answer,
  idle,
  'fan-out': fanOut,
  machines,
  health,
  openstack,
  parameters,
  load,
  subscriptions,
  queries,
  backup,
};

async function main() {
  const options = readOptions(process.argv.slice(2), Object.keys(parts));
  if (options === null) return;
  const results = { machine: machine() };
  for (const name of options.parts) {
    const { tables, data } = await parts[name](options);
    results[name] = data;
    for (const table of tables) print(table);
  }
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

// Whatever happens, nothing is left running and nothing on the disk.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void cleanUp().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
await main()
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(cleanUp);
process.exit();
