import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CancelOperationDocument, OperationDocument, RetryOperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, follow, reached, succeed } from '../support/clusters.js';
import type { ControlPlane } from '../support/control-plane.js';
import { Fleet } from '../support/fleet.js';
import { until } from '../support/until.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask } from './support/plane.js';

const minutes = 60_000;
const unit = 'dtrove-postgresql-packages';

/** Put before each command of a worker: it leaves a line on the server that says when, and whose it was. */
const witness = (name: string): string =>
  `sudo -n sh -c 'echo "$(date +%s.%N) ${name}" >>/run/witness; exec "$@"' witness`;

onMachines('a worker that is lost while its command runs on a server', () => {
  let lab: Lab;
  let inside: Inside;
  let fleet: Fleet;
  let api: Api;

  const start = (name: string): Promise<ControlPlane> =>
    fleet.start('worker', { DTROVE_PREFIX: witness(name), DTROVE_HEALTH_SECONDS: '3600' });
  const stepOf = async (id: string, name: string) =>
    (await api.get(OperationDocument, { id })).operation?.steps.find((step) => step.name === name);

  /** A cluster of one whose packages are just being unpacked. */
  async function installing(name: string) {
    const made = await ask(api, { manager: 'postgres', version: '17', image: 'debian-13' }, { name, size: 1 });
    await reached(api, made.operation.id, 'install packages', 'RUNNING');
    const server = (await cluster(api, made.cluster.id)).instances[0]?.server ?? '';
    const unpacks = () => inside.holds(server, `grep -q '^Unpacking ' /run/${unit}.output`);
    await until('apt to unpack', unpacks, 5 * minutes);
    return { id: made.operation.id, clusterId: made.cluster.id, server };
  }

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    fleet = await Fleet.begin({ ...lab.env, DTROVE_PROVIDERS: 'incus', DTROVE_LEASE_SECONDS: '3' });
    api = await (await fleet.start('api')).api();
  });

  afterAll(async () => {
    await api.close();
    await fleet.end();
    await lab.close();
  });

  it(
    'as it is frozen past its lease: once another has sent its first command, it sends none, nor writes anything',
    async () => {
      const first = await start('first');
      const { id, clusterId, server } = await installing('frozen');
      process.kill(first.pid, 'SIGSTOP');
      const second = await start('second');
      const seconds = () => inside.holds(server, `grep -q second /run/witness`);
      await until('the second to send a command', seconds, minutes);
      process.kill(first.pid, 'SIGCONT');
      const events = await follow(api, id);
      expect(events.at(-1)?.operation.status).toBe('SUCCEEDED');
      const names = (await inside.run(server, `sort -n /run/witness | cut -d' ' -f2`)).split('\n');
      expect(new Set(names)).toEqual(new Set(['first', 'second']));
      expect(names.slice(names.indexOf('second'))).not.toContain('first');
      // What the first had begun was joined, not begun again.
      await inside.run(server, 'journalctl --sync');
      expect(await inside.run(server, `journalctl -q -o cat -u ${unit} | grep -c '^Started ${unit}'`)).toBe('1');
      expect((await stepOf(id, 'install packages'))?.attempts).toBe(2);
      const steps = events.flatMap(({ step }) => (step?.status === 'DONE' ? [step.id] : []));
      expect(new Set(steps).size).toBe(steps.length);
      await deleteCluster(api, clusterId);
      await Promise.all([first.stop(), second.stop()]);
    },
    10 * minutes,
  );

  it(
    'as it is killed, and the operation cancelled then: the next one ends what runs; a retry goes on',
    async () => {
      const first = await start('first');
      const { id, clusterId, server } = await installing('cancelled');
      await first.stop('SIGKILL');
      await api.get(CancelOperationDocument, { id });
      expect(await inside.holds(server, `systemctl is-active -q ${unit}`)).toBe(true);
      await start('second');
      const events = await follow(api, id);
      expect(events.at(-1)?.operation).toMatchObject({
        status: 'CANCELLED',
        message: expect.stringContaining('cancelled during the step "install packages"'),
      });
      expect(await inside.holds(server, `systemctl is-active -q ${unit}`)).toBe(false);
      expect(await inside.holds(server, 'pgrep -x apt-get')).toBe(false);
      expect(await stepOf(id, 'install packages')).toMatchObject({ status: 'PENDING' });
      await api.get(RetryOperationDocument, { id });
      await succeed(api, id);
      expect(await cluster(api, clusterId)).toMatchObject({ status: 'ACTIVE', message: '' });
      await deleteCluster(api, clusterId);
      expect(await lab.left()).toEqual([]);
    },
    10 * minutes,
  );
});
