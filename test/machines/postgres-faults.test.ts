import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClusterView, Node } from '../../src/datastores/datastore.js';
import { loadManagers } from '../../src/datastores/index.js';
import type { Plan } from '../../src/plan/step.js';
import { createAuthority, type Certified } from '../../src/secrets/certificates.js';
import { sh } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';
import { postgres as engine } from '../contract/engines/postgres.js';
import { until } from '../support/until.js';
import { openMachines, type Machine } from './support/containers.js';
import { onMachines } from './support/lab.js';
import { nodesOn } from './support/nodes.js';

const minutes = 60_000;
const manager = (await loadManagers()).managerOf('postgres');

/** Holds a lock the way that apt and dpkg do, until its unit is stopped. */
const holdLock = (unit: string, path: string) =>
  sh`systemd-run --quiet --unit=${unit} --service-type=exec python3 -c ${`
import fcntl, signal
file = open('${path}', 'w')
fcntl.lockf(file, fcntl.LOCK_EX)
signal.pause()
`}`;

onMachines('PostgreSQL on machines, and what goes wrong', () => {
  const machines = openMachines('pg-dev-faults', 'debian-13', manager.port);
  let authority: Certified;
  const { newNode, machineOf, run } = nodesOn(machines, () => authority);
  let primary: Machine;
  let replica: Machine;
  let cluster: ClusterView;

  const prepare = (phases: readonly [number, number] = [0, 3]) => manager.plans.prepare(cluster).slice(...phases);
  const laneOf = (plan: Plan, { key }: Machine): Plan => plan.map((phase) => phase.filter(({ node }) => node === key));

  const ask = async (machine: Machine, command: ReturnType<typeof sh>): Promise<string> =>
    (await machine.remote.run(command)).stdout.trim();
  const invocation = (machine: Machine, unit: string) =>
    ask(machine, sh`systemctl show -p InvocationID --value ${unit}`);
  const runs = (machine: Machine, unit: string) =>
    until(`the start of ${unit}`, async () => (await invocation(machine, unit)) || null, minutes);
  const says = (machine: Machine, unit: string, words: string) =>
    until(
      `${words} of ${unit}`,
      async () => (await machine.remote.run(sh`grep -qF ${words} ${`/run/${unit}.output`}`)).code === 0,
      2 * minutes,
    );

  /** Runs a plan on `machine` by a connection that is cut in the middle of `unit`; how the plan ended. */
  async function cutInTheMiddle(plan: Plan, machine: Machine, unit: string): Promise<unknown> {
    const { remote, close } = machine.connect();
    const ended = run(plan, new Map([[machine.key, remote]])).catch((error: unknown) => error);
    await runs(machine, unit);
    await close();
    return ended;
  }

  beforeAll(async () => {
    authority = await createAuthority('faults');
    const nodes = await Promise.all([newNode('PRIMARY'), newNode('REPLICA')]);
    [primary, replica] = [machineOf(nodes[0].id), machineOf(nodes[1].id)];
    cluster = {
      id: 'faults',
      name: 'faults',
      version: '17',
      packages: [],
      nodes,
      ca: authority.certificate,
      admin: { username: 'admin', password: new Secret('the first password') },
      replication: { username: 'replicator', password: new Secret('of the replicas') },
      settings: {},
    };
  }, 5 * minutes);

  afterAll(() => machines.close(), 2 * minutes);

  it(
    'says which package is missing, and what there is in its place',
    async () => {
      const plan = laneOf(manager.plans.prepare({ ...cluster, version: '99' }).slice(0, 1), primary);
      await expect(run(plan)).rejects.toThrow(
        /^install packages: exit 100: .*Debian GNU\/Linux 13 \(trixie\) has no package postgresql-99; it offers: postgresql-17$/s,
      );
    },
    5 * minutes,
  );

  it(
    'waits for whoever holds a lock of apt, and goes on with the same work after the connection is cut',
    async () => {
      const unit = 'dtrove-postgresql-packages';
      const plan = laneOf(prepare([0, 1]), primary);
      await primary.remote.run(sh`systemctl reset-failed ${unit}`); // the test before this one
      await primary.remote.run(holdLock('lists', '/var/lib/apt/lists/lock'));
      await primary.remote.run(holdLock('frontend', '/var/lib/dpkg/lock-frontend'));
      expect(await cutInTheMiddle(plan, primary, unit)).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
      const before = await invocation(primary, unit);
      const again = run(plan);
      await says(primary, unit, 'E: Could not get lock /var/lib/apt/lists/lock');
      await primary.remote.run(sh`systemctl stop lists`);
      await says(primary, unit, 'Could not get lock /var/lib/dpkg/lock-frontend');
      await primary.remote.run(sh`systemctl stop frontend`);
      expect(await again).toEqual(['install packages', 'write configuration', 'set up the service']);
      expect(await invocation(primary, unit)).toBe(before);
      expect(await ask(primary, sh`grep -c 'Unpacking postgresql-17 ' ${`/run/${unit}.output`}`)).toBe('1');
    },
    10 * minutes,
  );

  it(
    'is installed once, however often the connection is cut in the middle of it',
    async () => {
      const unit = 'dtrove-postgresql-packages';
      const plan = laneOf(prepare([0, 1]), replica);
      expect(await cutInTheMiddle(plan, replica, unit)).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
      const before = await invocation(replica, unit);
      await says(replica, unit, 'Unpacking');
      expect(await cutInTheMiddle(plan, replica, unit)).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
      expect(await run(plan)).toContain('install packages');
      expect(await invocation(replica, unit)).toBe(before);
    },
    10 * minutes,
  );

  it('tells why it does not start, and goes on from there once it can', async () => {
    await primary.remote.run(
      sh`systemd-run --quiet --unit=squatter --service-type=exec python3 -m http.server ${primary.port} --bind ${primary.addr}`,
    );
    await until('the squatter', async () => {
      const { stdout } = await primary.remote.run(sh`ss -ltn`);
      return stdout.includes(`${primary.addr}:${primary.port}`);
    });
    await expect(run(prepare([1, 2]))).rejects.toThrow(/^start PostgreSQL: exit 1: .*could not bind IPv4 address/s);
    await primary.remote.run(sh`systemctl stop squatter`);
    expect(await run(prepare([1, 2]))).toEqual(['start PostgreSQL', 'create roles', 'create replication slots']);
  });

  it(
    'goes on with the same copy of the primary after the connection is cut',
    async () => {
      const unit = 'dtrove-postgresql-base-backup';
      // A frozen primary takes the connection and says nothing: the copy is in its middle for as long as we like.
      await machines.lxc('pause', primary.name);
      expect(await cutInTheMiddle(prepare([2, 3]), replica, unit)).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
      const before = await invocation(replica, unit);
      const again = run(prepare([2, 3]));
      await machines.lxc('start', primary.name);
      expect(await again).toContain('copy the primary');
      expect(await invocation(replica, unit)).toBe(before);
      await engine.write(cluster, 'kept');
      for (const node of cluster.nodes) await engine.sees(cluster, node, 'kept');
      expect(await run(prepare())).toEqual([]);
    },
    5 * minutes,
  );

  it('goes on running where new settings would not let it start, and says what is wrong with them', async () => {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error('no node');
    const started = await engine.startedAt(cluster, node);
    const wrong = { ...cluster, settings: { parameters: { no_such_thing: 1 } } };
    await expect(run(manager.plans.prepare(wrong))).rejects.toThrow(
      /start PostgreSQL: .*unrecognized configuration parameter "no_such_thing"/s,
    );
    expect(await engine.startedAt(cluster, node)).toEqual(started);
    await run(prepare());
  });

  it(
    'comes up again after it was killed, and with its server',
    async () => {
      const sees = (node: Node) =>
        until(
          'an answer',
          () =>
            engine.sees(cluster, node, 'kept').then(
              () => true,
              () => false,
            ),
          minutes,
        );
      await primary.remote.run(sh`systemctl kill --signal=KILL --kill-whom=main postgresql@17-dtrove.service`);
      for (const node of cluster.nodes) await sees(node);
      await machines.lxc('restart', '--force', primary.name, replica.name);
      for (const node of cluster.nodes) await sees(node);
      await until('the replica', async () => (await engine.followers(cluster)).length === 1, minutes);
      expect(await run(prepare())).toEqual([]);
    },
    3 * minutes,
  );
});
