import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLab as openMachines, type Lab as MachinesLab } from '../machines/support/lab.js';
import { ask, startPlane } from '../machines/support/plane.js';
import { OperationDocument, PerformDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { moving } from '../support/exports.js';
import { guestImage, onGuests, openLab, type Lab } from './support/lab.js';

const minutes = 60_000;

const fill = `CREATE DATABASE shop;
CREATE ROLE clerk LOGIN PASSWORD 'clerk-password';
\\connect shop
CREATE TABLE item (id int PRIMARY KEY, text text);
INSERT INTO item SELECT n, 'ünï ' || n FROM generate_series(1, 5000) n;
ALTER TABLE item OWNER TO clerk;
`;
const look = `\\connect shop
SELECT md5(string_agg(t::text, ',' ORDER BY id)), count(*) FROM item t;
SELECT tableowner FROM pg_tables WHERE tablename = 'item';
`;

// Needs both clouds: DTROVE_INCUS_* names one (test/lab/lxd.sh), OS_* or LAB_OPENSTACK the other.
const onBoth = process.env['DTROVE_INCUS_URL'] === undefined ? describe.skip : onGuests;

onBoth('exports and imports between Incus and OpenStack', () => {
  let lab: Lab;
  let machines: MachinesLab;
  let api: Api;

  beforeAll(async () => {
    [lab, machines] = await Promise.all([openLab(), openMachines()]);
    ({ api } = await startPlane({ ...lab.env, ...machines.env, DTROVE_PROVIDERS: 'incus,openstack' }));
  }, 5 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await Promise.all([lab.close(), machines.close()]);
  }, 5 * minutes);

  async function make(provider: 'incus' | 'openstack', name: string): Promise<Created> {
    const image = provider === 'incus' ? 'debian-12' : guestImage;
    const offer = { manager: 'postgres', version: '15', image };
    const flavor = provider === 'incus' ? { flavor: 'small' } : {};
    const made = await ask(api, offer, { name, size: 1, provider, ...flavor });
    await succeed(api, made.operation.id);
    return made;
  }

  /** Statements as the superuser on the cluster's own server, wherever that is; what they print. */
  async function sql(made: Created, statements: string): Promise<string> {
    const [instance] = (await cluster(api, made.cluster.id)).instances;
    const text = Buffer.from(statements).toString('base64');
    const commands = [
      `echo ${text} | base64 -d | psql -XAtq -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d postgres`,
    ];
    const input = { instanceId: instance?.id ?? '', name: 'sql', commands };
    const { perform } = await api.get(PerformDocument, { input });
    await succeed(api, perform.operation.id);
    const { operation } = await api.get(OperationDocument, { id: perform.operation.id });
    return operation?.steps[0]?.output ?? '';
  }

  it.each([
    ['incus', 'openstack'],
    ['openstack', 'incus'],
  ] as const)(
    'from %s to %s: every row, and to whom it belongs',
    async (from, to) => {
      const [source, target] = await Promise.all([make(from, `${from}-from`), make(to, `${to}-to`)]);
      await sql(source, fill);
      const { id: exportId } = await moving(api).exportOf(source.cluster.id, {
        databases: ['shop'],
        includeUsers: true,
      });
      const message = await moving(api).importTo(target.cluster.id, { exportId, includeUsers: true });
      expect(message).toBe('imported: shop');
      expect(await sql(target, look)).toBe(await sql(source, look));
      expect(await sql(target, look)).toMatch(/\|5000\nclerk\n$/);
    },
    20 * minutes,
  );
});
