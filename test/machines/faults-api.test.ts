import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CreateClusterDocument,
  OperationDocument,
  RegisterDatastoreDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, fail, reached, succeed } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { openMachines, type Machines } from './support/containers.js';
import { openEntrance, type Entrance } from './support/entrance.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';

const minutes = 60_000;
const redis = { manager: 'redis', version: '8', image: 'debian-13' };

/** Holds the lock of apt's lists as apt itself does. */
const holdsLists = `import fcntl, signal
file = open('/var/lib/apt/lists/lock', 'w')
fcntl.lockf(file, fcntl.LOCK_EX)
print('held', flush=True)
signal.pause()`;

// A lab of somebody else's may have no HTTPS.
const overHttps = process.env['LAB_HTTPS_URL'] === undefined ? it.skip : it;

onMachines('what goes wrong while a cluster is made, through the public API', () => {
  let lab: Lab;
  let inside: Inside;
  let machines: Machines;
  let entrance: Entrance;
  let api: Api;

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    machines = openMachines('odd', 'debian-13', 0);
    entrance = await openEntrance(process.env['LAB_HTTPS_URL'] ?? '');
    const place = process.env['LAB_HTTPS_URL'] === undefined ? {} : { DTROVE_INCUS_URL: entrance.url };
    ({ api } = await startPlane({ ...lab.env, ...place, DTROVE_STEP_ATTEMPTS: '2' }));
  }, 2 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await entrance.close();
    await Promise.all([machines.close(), lab.close()]);
  }, 2 * minutes);

  const retry = (id: string) => api.get(RetryOperationDocument, { id });

  /** The names of the steps that a failed operation has done, and of the one that failed. */
  const stepsOf = async (id: string) => {
    const { operation } = await api.get(OperationDocument, { id });
    const named = (status: string) => (operation?.steps ?? []).filter((step) => step.status === status);
    return { done: named('DONE').map(({ name }) => name), failed: named('FAILED').map(({ name }) => name) };
  };

  overHttps(
    'an Incus that is away, then one of another certificate, then a package that does not exist: each is said, and each retry goes on',
    async () => {
      const made = await ask(api, { ...redis, packages: ['no-such-package'] }, { name: 'unlucky', size: 1 });
      const { id } = made.operation;
      const away = await fail(api, id);
      expect(away).toMatchObject({ code: 'UNAVAILABLE' });
      expect(away.message).toContain(`Incus at ${entrance.url} cannot be reached: `);
      expect((await stepsOf(id)).failed).toEqual(['create server']);
      expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ERROR', message: away.message });

      await entrance.pretend();
      await retry(id);
      const other = await fail(api, id);
      expect(other.code).toBe('PROVIDER_FAILED');
      expect(other.message).toContain(
        `Incus at ${entrance.url} shows another certificate than DTROVE_INCUS_SERVER_CERT`,
      );
      expect(await lab.left()).toEqual([]);

      await entrance.open();
      await retry(id);
      const missing = await fail(api, id);
      expect(missing.message).toMatch(
        /^step "install packages" on unlucky-1 failed: .*Debian GNU\/Linux 13 \(trixie\) has no package no-such-package; it offers: redis-server/s,
      );
      expect(await stepsOf(id)).toEqual({
        done: ['make keys', 'create server', 'wait for server', 'connect', 'issue certificate'],
        failed: ['install packages'],
      });
      const [server] = await lab.left();
      await retry(id);
      await fail(api, id);
      expect(await lab.left()).toEqual([server]);
      await deleteCluster(api, made.cluster.id);
      expect(await lab.left()).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'somebody else who holds the lock of apt: he is waited for; then a disk that is full: it is said, and the retry goes on',
    async () => {
      await entrance.open();
      const offer = { manager: 'postgres', version: '17', image: 'debian-13' };
      const made = await ask(api, offer, { name: 'full', size: 1 });
      const { id } = made.operation;
      // Before its SSH answers.
      await reached(api, id, 'wait for server', 'RUNNING');
      const [server = ''] = await lab.left();
      await inside.run(server, `setsid python3 -c "$(cat <<'P'\n${holdsLists}\nP\n)" >/root/lock 2>&1 </dev/null &`);
      await until('the lock to be held', () => inside.holds(server, 'grep -q held /root/lock'), minutes);
      await reached(api, id, 'install packages', 'RUNNING');
      const waits = `grep -q 'Could not get lock /var/lib/apt/lists/lock' /run/dtrove-postgresql-packages.output`;
      await until('apt to wait', () => inside.holds(server, waits), minutes);
      const disk = '/usr/lib/postgresql';
      await inside.run(server, `mkdir -p ${disk} && mount -t tmpfs -o size=1m tmpfs ${disk}`);
      await inside.run(server, 'pkill -x python3');
      const failed = await fail(api, id);
      expect(failed.message).toMatch(/^step "install packages" on full-1 failed: .*No space left on device/s);
      await inside.run(server, `mount -o remount,size=500m ${disk}`);
      await retry(id);
      await succeed(api, id);
      const { operation } = await api.get(OperationDocument, { id });
      expect(operation?.steps.find(({ name }) => name === 'create server')?.attempts).toBe(1);
      expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
      await deleteCluster(api, made.cluster.id);
      expect(await lab.left()).toEqual([]);
    },
    10 * minutes,
  );

  it(
    'a server that is no Debian: it is said which one it is, and nothing is installed',
    async () => {
      await entrance.open();
      const image = `no-debian-${lab.env['DTROVE_INCUS_PROJECT'] ?? ''}`;
      await machines.lxc('init', 'debian-13', image);
      try {
        const os = 'NAME=Void\nID=void\nPRETTY_NAME="Void Linux"\n';
        await machines.lxc('start', image);
        await machines.lxc(
          'exec',
          image,
          '--',
          'sh',
          '-c',
          `printf %s "$1" >/usr/lib/os-release; cloud-init clean`,
          'sh',
          os,
        );
        await machines.lxc('stop', '--force', image);
        await machines.lxc('publish', image, '--alias', image, '--compression', 'none');
      } finally {
        await machines.lxc('delete', '--force', image);
      }
      try {
        const made = await ask(api, { ...redis, image }, { name: 'void', size: 1 });
        const failed = await fail(api, made.operation.id);
        expect(failed.code).toBe('NOT_SUPPORTED');
        expect(failed.message).toMatch(
          /^step "connect" on void-1 failed: the server runs Void Linux; a datastore needs Debian or Ubuntu/,
        );
        expect((await stepsOf(made.operation.id)).done).not.toContain('install packages');
        await deleteCluster(api, made.cluster.id);
        expect(await lab.left()).toEqual([]);
      } finally {
        await machines.lxc('image', 'delete', image);
      }
    },
    5 * minutes,
  );

  it('a flavor that is not offered: it is refused at once, and nothing is made', async () => {
    await entrance.open();
    const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input: redis });
    const input = { name: 'huge', datastoreId: registerDatastore.id, size: 1, flavor: 'enormous' };
    const refused = await api.refused(CreateClusterDocument, { input });
    expect(refused.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'flavor' });
    expect(refused.message).toMatch(/tiny, small/);
    expect(await lab.left()).toEqual([]);
  });
});
