import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Api } from '../support/api.js';
import { succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { moving } from '../support/exports.js';
import { sqlOf } from '../support/sql.js';
import { openMachines, type Machines } from './support/containers.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';
import { postgresPrograms } from './support/postgres-programs.js';

const minutes = 60_000;

const fill = [
  'CREATE DATABASE shop',
  `CREATE ROLE clerk LOGIN PASSWORD 'clerk-password'`,
  'GRANT clerk TO admin',
] as const;
const fillShop = [
  'GRANT ALL ON SCHEMA public TO clerk',
  'CREATE TABLE item (id int PRIMARY KEY, text text, twice int GENERATED ALWAYS AS (id * 2) STORED)',
  `INSERT INTO item (id, text) SELECT n, 'ünï ' || n FROM generate_series(1, 5000) n`,
  'ALTER TABLE item OWNER TO clerk',
] as const;
const look = `SELECT md5(string_agg(t::text, ',' ORDER BY id)) AS sum, count(*)::int AS rows, max(tableowner) AS owner FROM item t, pg_tables WHERE tablename = 'item'`;

onMachines('exports and imports from one provider to another', () => {
  let lab: Lab;
  let machines: Machines;
  let bin: string;
  let api: Api;
  const made: Record<'local' | 'incus', Created[]> = { local: [], incus: [] };

  const make = async (provider: 'local' | 'incus', name: string): Promise<Created> => {
    const image = provider === 'local' ? 'local' : 'debian-13';
    const offer = { manager: 'postgres', version: '17', image };
    const flavor = provider === 'local' ? {} : { flavor: 'small' };
    const created = await ask(api, offer, { name, size: 1, provider, ...flavor });
    await succeed(api, created.operation.id);
    made[provider].push(created);
    return created;
  };

  beforeAll(async () => {
    [lab, machines] = [await openLab(), openMachines('programs', 'debian-13', 0)];
    bin = await postgresPrograms(machines);
    ({ api } = await startPlane({ ...lab.env, DTROVE_PROVIDERS: 'local,incus', DTROVE_LOCAL_POSTGRES_BIN: bin }));
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await Promise.all([machines.close(), lab.close()]);
    await rm(dirname(bin), { recursive: true });
  }, 5 * minutes);

  it.each([
    ['local', 'incus', 'CUSTOM'],
    ['local', 'incus', 'PLAIN'],
    ['incus', 'local', 'CUSTOM'],
  ] as const)(
    'from %s to %s as %s: every row, who may log in, and to whom it belongs',
    async (from, to, format) => {
      const [source, target] = await Promise.all([
        make(from, `${from}-${format.toLowerCase()}-from`),
        make(to, `${to}-${format.toLowerCase()}-to`),
      ]);
      for (const statement of fill) await sqlOf(api, source, 'postgres', statement);
      for (const statement of fillShop) await sqlOf(api, source, 'shop', statement);
      const exported = await moving(api).exportOf(source.cluster.id, {
        databases: ['shop'],
        format,
        includeUsers: true,
      });
      expect(exported.databases.flatMap(({ tables }) => tables)).toEqual([
        { schema: 'public', name: 'item', rows: 5000 },
      ]);
      const message = await moving(api).importTo(target.cluster.id, { exportId: exported.id, includeUsers: true });
      expect(message).toBe('imported: shop');
      // Whom the import has made, he may give himself, as if he had made him.
      await sqlOf(api, target, 'postgres', 'GRANT clerk TO admin');
      const [before] = await sqlOf(api, source, 'shop', look);
      const [after] = await sqlOf(api, target, 'shop', look);
      // PLAIN names no owners.
      expect(after).toEqual({ ...before, owner: format === 'PLAIN' ? 'admin' : 'clerk' });
      const login = {
        ...target,
        credentials: { ...target.credentials, username: 'clerk', password: 'clerk-password' },
      };
      expect(await sqlOf(api, login, 'shop', 'SELECT current_user AS me')).toEqual([{ me: 'clerk' }]);
    },
    10 * minutes,
  );
});
