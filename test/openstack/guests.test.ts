import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PerformDocument } from '../operations/documents.js';
import { ask, startPlane } from '../machines/support/plane.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, fail, succeed } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { openClientServer, type ClientServer } from './support/client.js';
import { attaches, guestImage, onGuests, openLab, type Lab } from './support/lab.js';

const minutes = 60_000;

onGuests('a server of OpenStack with a guest, through the public API', () => {
  let lab: Lab;
  let api: Api;
  let client: ClientServer;
  let before: readonly string[];
  const ssh = { DTROVE_OPENSTACK_SSH_NETWORKS: process.env['LAB_CONTROL_NETWORK'] ?? '' };
  const offer = { manager: 'redis', version: '7', image: guestImage };

  beforeAll(async () => {
    lab = await openLab();
    const env = { ...lab.env, DTROVE_PROVIDERS: 'openstack', ...ssh };
    [client, { api }] = await Promise.all([openClientServer(lab, await lab.provider()), startPlane(env)]);
    before = await lab.left();
  }, 15 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await client.close();
    await lab.close();
  }, 5 * minutes);

  it(
    'lets its clients in at the database, and nowhere else',
    async () => {
      const made = await ask(api, offer, { name: 'closed', size: 1 });
      await succeed(api, made.operation.id);
      const [endpoint] = (await cluster(api, made.cluster.id)).endpoints;
      const [instance] = made.cluster.instances;
      const host = endpoint?.host ?? '';
      const serve = 'systemd-run --quiet --unit=other python3 -m http.server 8000';
      const input = { instanceId: instance?.id ?? '', name: 'listen elsewhere', commands: [serve] };
      const { operation } = (await api.get(PerformDocument, { input })).perform;
      await succeed(api, operation.id);
      const reaches = (port: number) =>
        client.run('timeout 3 bash -c "exec 3<>/dev/tcp/$1/$2"', host, String(port)).then(
          () => true,
          () => false,
        );
      await until('the database', () => reaches(6379), minutes);
      expect(await reaches(8000)).toBe(false);
      // The control plane's network alone.
      expect(await reaches(22)).toBe(false);
      await deleteCluster(api, made.cluster.id);
      expect(await lab.left()).toEqual(before);
    },
    15 * minutes,
  );

  (attaches ? it.skip : it)(
    'says in Nova’s words that its hypervisor cannot attach a volume, and leaves nothing',
    async () => {
      const made = await ask(api, offer, { name: 'volume', size: 1, volumeGb: 1 });
      const { steps, message } = await fail(api, made.operation.id);
      expect(steps.find(({ status }) => status === 'FAILED')?.name).toBe('attach volume');
      expect(message).toMatch(
        /the volume \S+ could not be attached to the server dtrove-\S+: Nova says of attach_volume: Error.*under req-/,
      );
      await deleteCluster(api, made.cluster.id);
      expect(await lab.left()).toEqual(before);
    },
    10 * minutes,
  );
});
