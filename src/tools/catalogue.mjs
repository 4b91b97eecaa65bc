#!/usr/bin/env node
// `npm run catalogue -- [manager version]`: asks the engines themselves, on machines of the lab, for their parameters, and
// writes src/datastores/catalogues/<manager>/<version>.jsonl. It needs the lab of test/lab/lxd.sh.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onMachine } from './catalogue/machine.mjs';
import { mariadb } from './catalogue/mariadb.mjs';
import { mysql } from './catalogue/mysql.mjs';
import { postgres } from './catalogue/postgres.mjs';
import { redis } from './catalogue/redis.mjs';

const root = join(import.meta.dirname, '../datastores/catalogues');

/** Which image has which version, and who asks it. */
const offers = [
  ['postgres', '15', 'debian-12', postgres('15')],
  ['postgres', '16', 'ubuntu-24.04', postgres('16')],
  ['postgres', '17', 'debian-13', postgres('17')],
  ['mariadb', '10.11', 'debian-12', mariadb],
  ['mariadb', '11.8', 'debian-13', mariadb],
  ['mysql', '8.0', 'ubuntu-24.04', mysql],
  ['mysql', '9', 'debian-13-mysql', mysql],
  ['redis', '7', 'debian-12', redis('redis')],
  ['redis', '8', 'debian-13', redis('redis')],
  ['valkey', '8', 'debian-13', redis('valkey')],
];

/** One parameter a line, so that a newer catalogue is a readable change. */
async function write(manager, version, { taken, parameters }) {
  const path = join(root, manager, `${version}.jsonl`);
  const sorted = [...parameters].sort((a, b) => (a.name < b.name ? -1 : 1));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, [{ taken }, ...sorted].map((line) => `${JSON.stringify(line)}\n`).join(''));
  console.log(`${path}: ${String(sorted.length)} parameters of ${taken}`);
}

const [wantedManager, wantedVersion] = process.argv.slice(2);
for (const [manager, version, image, ask] of offers) {
  if (![undefined, manager].includes(wantedManager) || ![undefined, version].includes(wantedVersion)) continue;
  await write(manager, version, await onMachine(image, ask));
}
