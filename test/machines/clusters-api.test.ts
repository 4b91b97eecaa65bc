import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { clients, numbers, openOutside, type Outside } from './support/clients.js';
import { openMachines, type Machines } from './support/containers.js';
import { hasImage, onMachines, openLab, ubuntu, type Lab } from './support/lab.js';
import { ask, authorityOf, startPlane } from './support/plane.js';
import { threeNodes } from './support/three-nodes.js';

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
    const left = async () => [...(await lab.left()), await machines.lxc('image', 'list', '-f', 'csv', '-c', 'f')];
    threeNodes(() => ({ api, outside, left }), { manager, version, image }, clients[manager]);
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
