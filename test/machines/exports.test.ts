import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExportClusterDocument, ExportDocument, ImportExportDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { moving } from '../support/exports.js';
import { until } from '../support/until.js';
import { engines, tell } from './support/engines.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';

const minutes = 60_000;

let lab: Lab;
let inside: Inside;
let api: Api;

/** A cluster of one, and its server. */
async function make(offer: Parameters<typeof ask>[1], name: string) {
  const made = await ask(api, offer, { name, size: 1, flavor: 'small' });
  await succeed(api, made.operation.id);
  const { instances } = await cluster(api, made.cluster.id);
  return { made, server: instances[0]?.server ?? '' };
}

const exporting = async (clusterId: string, more: object = {}) =>
  (await api.get(ExportClusterDocument, { input: { clusterId, ...more } })).exportCluster;
const importing = async (clusterId: string, more: object) =>
  (await api.get(ImportExportDocument, { input: { clusterId, ...more } })).importExport;
const exportOf = async (id: string) => {
  const { export: found } = await api.get(ExportDocument, { id });
  if (found == null) throw new Error(`no export ${id}`);
  return found;
};

onMachines('exports and imports on real servers', () => {
  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    ({ api } = await startPlane(lab.env));
  }, 5 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await lab.close();
  }, 5 * minutes);

  describe.each([
    ['postgres', engines.postgres, engines.postgres],
    ['postgres 15 to 17', engines.postgres15, engines.postgres],
    ['mariadb', engines.mariadb, engines.mariadb],
    ['mysql', engines.mysql, engines.mysql],
    ['redis', engines.redis, engines.redis],
    ['valkey', engines.valkey, engines.valkey],
  ])('%s', (name, from, to) => {
    let source: { made: Created; server: string };
    let target: { made: Created; server: string };
    let exportId: string;
    let numbers: number;

    const short = name.replaceAll(' ', '-');
    const at = (which: typeof source, engine: typeof from, statements: string) =>
      tell(inside, which.server, engine, statements, which.made.credentials.password);

    it(
      'is exported under a writer, as it was at one moment',
      async () => {
        [source, target] = await Promise.all([make(from.offer, `${short}-from`), make(to.offer, `${short}-to`)]);
        await at(source, from, from.fill);
        const writing = `password='${source.made.credentials.password}' i=0; while [ ! -e /root/stop ]; do i=$((i + 1)); ${from.write} || exit; done >/dev/null 2>/root/refused; touch /root/over`;
        await inside.run(
          source.server,
          `printf %s ${Buffer.from(writing).toString('base64')} | base64 -d >/root/writer`,
        );
        await inside.run(source.server, 'systemd-run --quiet --unit=writer sh /root/writer');
        const { export: made, operation } = await exporting(
          source.made.cluster.id,
          from.rights === null ? {} : { includeUsers: true },
        );
        expect([made.status, made.downloadUrl, made.size]).toEqual(['MAKING', null, null]);
        await succeed(api, operation.id);
        await inside.run(source.server, 'touch /root/stop');
        await until('the writer to end', () => inside.holds(source.server, 'test -e /root/over'), minutes);
        expect(await inside.run(source.server, 'cat /root/refused')).toBe('');
        expect(await inside.holds(source.server, 'test ! -e /var/lib/dtrove-dumps')).toBe(true);
        exportId = made.id;
        const ready = await exportOf(exportId);
        expect(ready).toMatchObject({ status: 'READY', message: '', engine: from.offer.manager });
        const bytes = Buffer.from(await (await fetch(ready.downloadUrl ?? '')).arrayBuffer());
        expect(bytes.length).toBe(ready.size);
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(ready.sha256);
        numbers = ready.databases.flatMap(({ tables }) => tables).find((table) => table.name === 'number')?.rows ?? 0;
        if (from.databases !== null) {
          expect(ready.databases.map((one) => one.name)).toEqual(expect.arrayContaining([...from.databases]));
          expect(numbers).toBeGreaterThan(0);
        }
        // A machine that is busy may look unwell for a moment.
        const isActive = async () => (await cluster(api, source.made.cluster.id)).status === 'ACTIVE';
        await until('the cluster to be ACTIVE', isActive, minutes);
      },
      15 * minutes,
    );

    it(
      'is imported into another cluster, where all of it is the same',
      async () => {
        const message = await moving(api).importTo(target.made.cluster.id, { exportId });
        // Nobody of them is there yet.
        if (from.offer.manager !== 'postgres') expect(message).toMatch(/^imported: [^.]*$/);
        else
          expect(message).toMatch(
            /Left out of .*: what belongs or is granted to clerk \(\d+\), .*to odd owner \(\d+\)/,
          );
        expect(await at(target, to, to.look)).toBe(await at(source, from, from.look));
        const [count, most] = (await at(target, to, to.numbers)).split('|').map(Number);
        if (to.databases !== null) expect([count, most]).toEqual([numbers, numbers]);
        else expect(count).toBeGreaterThan(0);
        expect(await inside.holds(target.server, 'test ! -e /var/lib/dtrove-dumps')).toBe(true);
        expect((await cluster(api, target.made.cluster.id)).status).toBe('ACTIVE');
      },
      10 * minutes,
    );

    it(
      'is not imported over what is there, unless that shall be replaced',
      async () => {
        const before = await at(target, to, to.list);
        const input = { clusterId: target.made.cluster.id, exportId };
        const refusal = await api.refused(ImportExportDocument, { input });
        expect([refusal.extensions?.code, refusal.extensions?.field]).toEqual(['CONFLICT', 'onConflict']);
        const skipped = await importing(input.clusterId, { exportId, onConflict: 'SKIP' });
        await succeed(api, skipped.operation.id);
        expect(await at(target, to, to.list)).toBe(before);
        const users = from.rights === null ? {} : { includeUsers: true };
        const message = await moving(api).importTo(input.clusterId, { exportId, onConflict: 'REPLACE', ...users });
        expect(message).toMatch(/^imported: [^.]*$/);
        expect(await at(target, to, to.list)).toBe(before);
        expect(await at(target, to, to.look)).toBe(await at(source, from, from.look));
        if (to.rights !== null) expect(await at(target, to, to.rights)).toBe(await at(source, from, from.rights ?? ''));
      },
      10 * minutes,
    );

    it.each(from.elsewhere)(
      'takes what $title has written, which knows nothing of DTrove',
      async ({ dump, database, look, prints }) => {
        const printed = await inside.run(source.server, `{ ${dump}; } >/root/dump && base64 -w0 /root/dump`);
        const uploadId = await moving(api).upload(Buffer.from(printed, 'base64'));
        const databases = database === null ? {} : { databases: [database] };
        const input = { uploadId, onConflict: 'REPLACE', ...databases };
        expect(await moving(api).importTo(target.made.cluster.id, input)).toMatch(/^imported: [^.]*$/);
        expect(await at(target, to, look)).toMatch(prints);
        expect((await cluster(api, target.made.cluster.id)).status).toBe('ACTIVE');
      },
      10 * minutes,
    );
  });
});
