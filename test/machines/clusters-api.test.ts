import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  ClusterStatusDocument,
  RemoveNodeDocument,
  ServerStatusDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { clients, numbers, openOutside, type Login, type Outside } from './support/clients.js';
import { openMachines, type Machines } from './support/containers.js';
import { hasImage, onMachines, openLab, ubuntu, type Lab } from './support/lab.js';
import { ask, authorityOf, startPlane } from './support/plane.js';

const minutes = 60_000;

type Offer = [manager: keyof typeof clients, version: string, image: string];

/** A new engine is one line more. */
const offers: Offer[] = [
  ['postgres', '17', 'debian-13'],
  ['redis', '8', 'debian-13'],
  ['valkey', '8', 'debian-13'],
  ['mariadb', '11.8', 'debian-13'],
  ['mysql', '9', 'debian-13-mysql'],
];

const onUbuntu: Offer[] = [
  ['postgres', '16', 'ubuntu-24.04'],
  ['redis', '7', 'ubuntu-24.04'],
  ['mysql', '8.0', 'ubuntu-24.04'],
];

let lab: Lab;
let api: Api;
let machines: Machines;
let outside: Outside;

onMachines('clusters of three on real servers, through the public API', () => {
  beforeAll(async () => {
    lab = await openLab();
    machines = openMachines('client', 'debian-13', 0);
    const engines = [...new Set(offers.map(([manager]) => clients[manager]))];
    [outside, { api }] = await Promise.all([openOutside(machines, engines), startPlane(lab.env)]);
  }, 5 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await Promise.all([machines.close(), lab.close()]);
  }, 5 * minutes);

  describe.each(offers.filter(([, , image]) => hasImage(image)))('%s %s on %s', (manager, version, image) => {
    const client = clients[manager];
    let made: Created;
    let logins: readonly Login[];

    /** Logs in to every node, the primary first. */
    async function loginsNow(): Promise<readonly Login[]> {
      const { username, password } = made.credentials;
      const { endpoints } = await cluster(api, made.cluster.id);
      return endpoints.map(({ host, port }) => ({ host, port, username, password }));
    }

    const primary = (): Login => {
      const [first] = logins;
      if (first === undefined) throw new Error('no primary');
      return first;
    };

    const seenBy = (login: Login) => outside.ask(client, login, client.read).then(numbers);

    /** Changes the cluster while its primary is written to; no acknowledged write is missing on any node afterwards. */
    async function changing(change: () => Promise<{ readonly operation: { readonly id: string } }>): Promise<void> {
      const before = await seenBy(primary());
      const writer = await outside.startWriting(client, primary());
      const { written, refused } = await (async () => {
        await until('a write', async () => (await writer.acknowledged()) > 0, minutes);
        const { operation } = await change();
        await succeed(api, operation.id);
        const during = await writer.acknowledged();
        await until('writes after the change', async () => (await writer.acknowledged()) > during, minutes);
      })().then(
        () => writer.stop(),
        async (error: unknown) => {
          await writer.stop();
          throw error;
        },
      );
      expect(refused).toBe('');
      logins = await loginsNow();
      const all = [...new Set([...before, ...written])].sort((a, b) => a - b);
      for (const login of logins) {
        await until(`all writes on ${login.host}`, async () => (await seenBy(login)).length >= all.length, minutes / 2);
        expect(await seenBy(login)).toEqual(all);
      }
      // A number that is there already cannot be written again.
      await outside.ask(client, primary(), client.empty);
    }

    it(
      'is made while its subscribers watch',
      async () => {
        made = await ask(api, { manager, version, image }, { name: `${manager}-three`, size: 3, flavor: 'small' });
        const seen = new Map<string, string[]>();
        const states: string[] = [];
        const servers = (async () => {
          for await (const { serverStatus } of api.watch(ServerStatusDocument, { clusterId: made.cluster.id })) {
            const of = seen.get(serverStatus.name) ?? [];
            seen.set(serverStatus.name, [...of, serverStatus.serverStatus]);
            if (seen.size === 3 && [...seen.values()].every((one) => one.at(-1) === 'ACTIVE')) return;
          }
        })();
        const statuses = (async () => {
          for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: made.cluster.id })) {
            states.push(clusterStatus.status);
            if (clusterStatus.status === 'ACTIVE') return;
          }
        })();
        const events = await succeed(api, made.operation.id);
        await Promise.all([servers, statuses]);
        expect([...seen.keys()].sort()).toEqual(made.cluster.instances.map(({ name }) => name).sort());
        expect(states.at(-1)).toBe('ACTIVE');
        const progress = events.map(({ operation }) => operation.progress);
        expect(progress).toEqual([...progress].sort((a, b) => a - b));
        expect(progress.at(-1)).toBe(100);
        await outside.trust(await authorityOf(api, made.cluster.id));
        logins = await loginsNow();
        expect(logins).toHaveLength(3);
      },
      10 * minutes,
    );

    it('shows on every replica what its own client writes on the primary, over TLS; a replica takes no write', async () => {
      await outside.ask(client, primary(), client.setUp);
      await outside.ask(client, primary(), client.write.replace('$i', '7'));
      for (const login of logins.slice(1)) {
        await until(`7 on ${login.host}`, async () => (await seenBy(login).catch(() => []))[0] === 7, minutes / 2);
        await expect(outside.ask(client, login, client.write.replace('$i', '8'))).rejects.toThrow(client.readOnly);
      }
      await expect(outside.ask(client, { ...primary(), password: 'wrong' }, client.read)).rejects.toThrow(
        /password|WRONGPASS|denied/i,
      );
      await outside.ask(client, primary(), client.empty);
    });

    it(
      'gets a node more under a writer, and loses no write that was acknowledged',
      async () => {
        const clusterId = made.cluster.id;
        await changing(async () => (await api.get(AddNodeDocument, { input: { clusterId, count: 1 } })).addNode);
        expect(logins).toHaveLength(4);
      },
      10 * minutes,
    );

    it(
      'lets a node go under a writer, and loses no write that was acknowledged',
      async () => {
        const clusterId = made.cluster.id;
        await changing(async () => (await api.get(RemoveNodeDocument, { input: { clusterId } })).removeNode);
        expect(logins).toHaveLength(3);
        expect(await cluster(api, clusterId)).toMatchObject({ status: 'ACTIVE', size: 3, message: '' });
      },
      5 * minutes,
    );

    it(
      'leaves no server, volume or image behind when it is deleted',
      async () => {
        const images = await machines.lxc('image', 'list', '-f', 'csv', '-c', 'f');
        await deleteCluster(api, made.cluster.id);
        expect(await lab.left()).toEqual([]);
        expect(await machines.lxc('image', 'list', '-f', 'csv', '-c', 'f')).toBe(images);
      },
      2 * minutes,
    );
  });

  ubuntu.each(onUbuntu)(
    '%s %s on %s, which is made, written to and deleted',
    async (manager, version, image) => {
      const client = clients[manager];
      const made = await ask(api, { manager, version, image }, { name: `${manager}-ubuntu`, size: 2, flavor: 'small' });
      await succeed(api, made.operation.id);
      await outside.trust(await authorityOf(api, made.cluster.id));
      const { endpoints } = await cluster(api, made.cluster.id);
      const [primary, replica] = endpoints.map(({ host, port }) => ({ host, port, ...made.credentials }));
      if (primary === undefined || replica === undefined) throw new Error('two endpoints were expected');
      await outside.ask(client, primary, client.setUp);
      await outside.ask(client, primary, client.write.replace('$i', '7'));
      const seen = () => outside.ask(client, replica, client.read).then(numbers, () => []);
      await until('7 on the replica', async () => (await seen())[0] === 7, minutes / 2);
      await deleteCluster(api, made.cluster.id);
      expect(await lab.left()).toEqual([]);
    },
    10 * minutes,
  );
});
