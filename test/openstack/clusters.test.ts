import { afterAll, beforeAll, describe } from '@jest/globals';
import { clients, outsideOf, type Outside } from '../machines/support/clients.js';
import { startPlane } from '../machines/support/plane.js';
import { threeNodes } from '../machines/support/three-nodes.js';
import type { Api } from '../support/api.js';
import { cleanUp } from '../support/control-plane.js';
import { openClientServer, type ClientServer } from './support/client.js';
import { guestImage, onGuests, openLab, type Lab } from './support/lab.js';

const minutes = 60_000;

const offers = [
  ['postgres', '15', { ...clients.postgres, package: 'postgresql-client-15' }],
  ['mariadb', '10.11', clients.mariadb],
] as const;

onGuests('clusters of three on OpenStack, through the public API', () => {
  let lab: Lab;
  let api: Api;
  let machine: ClientServer;
  let outside: Outside;

  beforeAll(async () => {
    lab = await openLab();
    const env = { ...lab.env, DTROVE_PROVIDERS: 'openstack' };
    [machine, { api }] = await Promise.all([openClientServer(lab, await lab.provider()), startPlane(env)]);
    outside = await outsideOf(
      machine.run,
      offers.map(([, , client]) => client),
    );
  }, 15 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await machine.close();
    await lab.close();
  }, 5 * minutes);

  describe.each(offers)('%s %s', (manager, version, client) => {
    const left = () => lab.left();
    threeNodes(() => ({ api, outside, left }), { manager, version, image: guestImage }, client);
  });
});
