import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadManagers } from '../../src/datastores/index.js';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { cleanUp, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';

interface Row {
  readonly name: string;
  readonly unit: string | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly context: string;
}

let server: EmbeddedServer;

beforeAll(async () => {
  server = await startEmbedded({ dataDir: await makeDataDir(), user: await serviceUser(), log: quiet });
});

afterAll(async () => {
  await server.stop();
  await cleanUp();
});

it('of PostgreSQL 17 is right for the one that servers of `local` run, too', async () => {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<Row>(
    `SELECT lower(name) AS name, unit, min_val AS min, max_val AS max, context FROM pg_settings WHERE name NOT LIKE '%.%' AND context <> 'internal'`,
  );
  await client.end();
  const catalogue = (await loadManagers()).managerOf('postgres').parameters?.catalogue('17')?.parameters ?? [];
  const told = catalogue
    .filter(({ preset }) => preset !== true)
    .map(({ name, unit, min, max, restart }) => [name, unit ?? '', min ?? '', max ?? '', restart].join(' '));
  const has = rows.map(({ name, unit, min, max, context }) =>
    [name, unit ?? '', min === null ? '' : Number(min), max === null ? '' : Number(max), context === 'postmaster'].join(
      ' ',
    ),
  );
  expect(rows.length).toBeGreaterThan(300);
  expect(has.filter((line) => !told.includes(line))).toEqual([]);
  // Debian's build and its newer release have these besides; set on a local server, they are put back in its own words.
  expect(told.filter((line) => !has.includes(line)).map((line) => line.split(' ')[0])).toEqual([
    'composite_type_mismatch',
    'extension_destdir',
    'output_plugin_libraries',
  ]);
});
