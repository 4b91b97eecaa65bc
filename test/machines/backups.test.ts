import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegisterDatastoreDocument, VerifyBackupDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { backup, backUp, restore, type Backup } from '../support/backups.js';
import { cluster, deleteCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { clients, numbers, openOutside, type Login, type Outside } from './support/clients.js';
import { openMachines, type Machines } from './support/containers.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, authorityOf, startPlane } from './support/plane.js';

const minutes = 60_000;

type Offer = [manager: keyof typeof clients, version: string, image: string];

const offers: Offer[] = [
  ['postgres', '17', 'debian-13'],
  ['redis', '8', 'debian-13'],
  ['valkey', '8', 'debian-13'],
  ['mariadb', '11.8', 'debian-13'],
  ['mysql', '9', 'debian-13-mysql'],
];

let lab: Lab;
let api: Api;
let machines: Machines;
let outside: Outside;

onMachines('backups of clusters on real servers, through the public API', () => {
  beforeAll(async () => {
    lab = await openLab();
    machines = openMachines('client', 'debian-13', 0);
    const engines = [...new Set(offers.map(([manager]) => clients[manager]))];
    [outside, { api }] = await Promise.all([
      openOutside(machines, engines),
      startPlane({ ...lab.env, DTROVE_PROVIDERS: 'incus,local' }),
    ]);
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await Promise.all([machines.close(), lab.close()]);
  }, 5 * minutes);

  const loginsOf = async ({ credentials, cluster: { id } }: Created): Promise<Login[]> => {
    await outside.trust(await authorityOf(api, id));
    const { endpoints } = await cluster(api, id);
    return endpoints.map(({ host, port }) => ({ host, port, ...credentials }));
  };

  const first = <T>([one]: readonly T[]): T => {
    if (one === undefined) throw new Error('one was expected');
    return one;
  };

  describe.each(offers)('%s %s on %s', (manager, version, image) => {
    const client = clients[manager];
    let made: Created;
    let taken: Backup;
    /** The numbers that were acknowledged before the backup began. */
    let before: readonly number[];
    let written: readonly number[];

    it(
      'is backed up from its replica while it is written to, and loses no write',
      async () => {
        made = await ask(api, { manager, version, image }, { name: `${manager}-source`, size: 2, flavor: 'small' });
        await succeed(api, made.operation.id);
        const primary = first(await loginsOf(made));
        await outside.ask(client, primary, client.setUp);
        const writer = await outside.startWriting(client, primary);
        await until('writes', async () => (await writer.acknowledged()) > 20, minutes);
        before = numbers(await outside.ask(client, primary, client.read));
        taken = await backUp(api, made.cluster.id);
        const during = await writer.acknowledged();
        await until('writes after it', async () => (await writer.acknowledged()) > during, minutes);
        const end = await writer.stop();
        expect(end.refused).toBe('');
        written = end.written;
        expect(taken).toMatchObject({ status: 'AVAILABLE', takenFrom: `${manager}-source-2` });
        expect(numbers(await outside.ask(client, primary, client.read))).toEqual(written);
      },
      20 * minutes,
    );

    it(
      'becomes a new cluster with a replica, that has every row of then and takes writes',
      async () => {
        const restored = await restore(api, { backupId: taken.id, name: `${manager}-again`, size: 2, flavor: 'small' });
        const [primary, replica] = await loginsOf(restored);
        if (primary === undefined || replica === undefined) throw new Error('two endpoints were expected');
        const found = numbers(await outside.ask(client, primary, client.read));
        // Every write that had been acknowledged, and of the others those that came first: nothing in between is missing.
        expect(found).toEqual(written.slice(0, found.length));
        expect(found.length).toBeGreaterThanOrEqual(before.length);
        await outside.ask(client, primary, client.write.replace('$i', '1000000'));
        const seen = () => outside.ask(client, replica, client.read).then(numbers, (): number[] => []);
        await until('the new row on the replica', async () => (await seen()).includes(1_000_000), minutes);
        expect(await seen()).toEqual([...found, 1_000_000]);
        expect(await cluster(api, restored.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
        await deleteCluster(api, restored.cluster.id);
      },
      20 * minutes,
    );

    it(
      'is proven on a server that goes again',
      async () => {
        const servers = await lab.left();
        const { verifyBackup } = await api.get(VerifyBackupDocument, { backupId: taken.id });
        await succeed(api, verifyBackup.operation.id);
        const proven = await backup(api, taken.id);
        expect(proven).toMatchObject({ verifyMessage: '', verifiedAt: expect.any(String) as unknown });
        expect(proven.verifiedRestoreSeconds).toBeGreaterThan(0);
        expect(await lab.left()).toEqual(servers);
        await deleteCluster(api, made.cluster.id);
      },
      20 * minutes,
    );
  });

  it(
    'one of the provider local becomes a cluster on a server of its own',
    async () => {
      const offer = { manager: 'postgres', version: '17', image: 'local' };
      const made = await ask(api, offer, { name: 'from-local', provider: 'local' });
      await succeed(api, made.operation.id);
      const { endpoints } = await cluster(api, made.cluster.id);
      const pg = await import('pg');
      const local = new pg.default.Client({
        host: '127.0.0.1',
        port: first(endpoints).port,
        user: made.credentials.username,
        password: made.credentials.password,
        database: 'postgres',
        ssl: { rejectUnauthorized: false },
      });
      await local.connect();
      await local.query('CREATE TABLE number AS SELECT generate_series(1, 10000) AS n');
      await local.end();
      const taken = await backUp(api, made.cluster.id);
      const input = { manager: 'postgres', version: '17', image: 'debian-13' };
      const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input });
      const restored = await restore(api, {
        backupId: taken.id,
        name: 'from-local-again',
        datastoreId: registerDatastore.id,
        provider: 'incus',
        flavor: 'small',
      });
      const found = numbers(
        await outside.ask(clients.postgres, first(await loginsOf(restored)), clients.postgres.read),
      );
      expect(found).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1));
      await deleteCluster(api, restored.cluster.id);
      await deleteCluster(api, made.cluster.id);
    },
    20 * minutes,
  );
});
