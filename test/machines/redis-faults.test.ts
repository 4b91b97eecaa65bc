import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClusterView, Node } from '../../src/datastores/datastore.js';
import { redis } from '../../src/datastores/redis/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { createAuthority, type Certified } from '../../src/secrets/certificates.js';
import { sh } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';
import { redis as engine } from '../contract/engines/redis.js';
import { until } from '../support/until.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';
import { nodesOn } from './support/nodes.js';

const minutes = 60_000;
const manager = redis({ templates: templatesIn() });

onMachines('Redis on machines, and what goes wrong', () => {
  const { signal } = new AbortController();
  const machines = openMachines('redis-dev-faults', 'debian-13', manager.port);
  let authority: Certified;
  const { newNode, machineOf, run } = nodesOn(machines, () => authority);
  let cluster: ClusterView;

  const nodeAt = (i: number): Node => {
    const node = cluster.nodes[i];
    if (node === undefined) throw new Error(`no node ${i}`);
    return node;
  };

  const statusOf = async (node: Node) =>
    manager.parseStatus(await machineOf(node.id).remote.run(manager.status(cluster, node), { signal }));

  beforeAll(async () => {
    authority = await createAuthority('faults');
    cluster = {
      id: 'faults',
      name: 'faults',
      version: '8',
      packages: [],
      nodes: await Promise.all([newNode('PRIMARY'), newNode('REPLICA')]),
      ca: authority.certificate,
      admin: { username: 'admin', password: new Secret('the first password') },
      replication: { username: 'replicator', password: new Secret('of the replicas') },
      settings: {},
    };
  }, 5 * minutes);

  afterAll(() => machines.close(), 2 * minutes);

  it(
    'says which version there is in place of the one that is wished, and starts none of it',
    async () => {
      const [phase = []] = manager.plans.prepare({ ...cluster, version: '7' });
      await expect(run([phase.filter(({ node }) => node === nodeAt(0).id)])).rejects.toThrow(
        /^install packages: .*Debian GNU\/Linux 13 \(trixie\) has Redis server v=8\.[\d.]+, not the version 7$/s,
      );
      expect(await statusOf(nodeAt(0))).toMatchObject({
        up: false,
        message: expect.stringMatching(/^redis-server.service is inactive \(dead\)/),
      });
    },
    5 * minutes,
  );

  it(
    'tells why it does not start, and goes on from there once it can',
    async () => {
      const { remote, addr, port } = machineOf(nodeAt(0).id);
      await remote.run(
        sh`systemd-run --quiet --unit=squatter --service-type=exec python3 -m http.server ${port} --bind ${addr}`,
      );
      await until('the squatter', async () => (await remote.run(sh`ss -ltn`)).stdout.includes(`${addr}:${port}`));
      await expect(run(manager.plans.prepare(cluster))).rejects.toThrow(
        /^start Redis: exit 1: .*Address already in use/s,
      );
      await remote.run(sh`systemctl stop squatter`);
      expect((await run(manager.plans.prepare(cluster))).slice(0, 2)).toEqual(['start Redis', 'start Redis']);
      await engine.write(cluster, 'kept');
      await engine.sees(cluster, nodeAt(1), 'kept');
    },
    5 * minutes,
  );

  it('goes on running where new settings would not let it start, and says what is wrong with them', async () => {
    const started = await engine.startedAt(cluster, nodeAt(0));
    const wrong = { ...cluster, settings: { parameters: { 'no-such-thing': 1 } } };
    await expect(run(manager.plans.prepare(wrong))).rejects.toThrow(/start Redis: .*>>> 'no-such-thing 1'/s);
    expect(await engine.startedAt(cluster, nodeAt(0))).toEqual(started);
    await run(manager.plans.prepare(cluster));
  });

  it('runs on new passwords after the plan is run with them', async () => {
    cluster = {
      ...cluster,
      admin: { username: 'admin', password: new Secret('the second "password"') },
      replication: { username: 'replicator', password: new Secret('of the replicas, \\ the second') },
    };
    await run(manager.plans.prepare(cluster));
    for (const node of cluster.nodes) await engine.sees(cluster, node, 'kept');
    expect(await run(manager.plans.prepare(cluster))).toEqual([]);
  });

  it(
    'takes a node in and lets it go, and the node does not come back',
    async () => {
      const added = await newNode('REPLICA');
      const larger = { ...cluster, nodes: [...cluster.nodes, added] };
      await run(manager.plans.addNodes(larger, [added]));
      expect(await run(manager.plans.addNodes(larger, [added]))).toEqual([]);
      await engine.sees(larger, added, 'kept');
      expect(await engine.followers(larger)).toHaveLength(2);
      await run(manager.plans.removeNodes(larger, [added]));
      expect(await run(manager.plans.removeNodes(larger, [added]))).toEqual([]);
      await machines.lxc('restart', '--force', added.name);
      await machineOf(added.id).answers();
      expect(await statusOf(added)).toMatchObject({ up: false });
      expect(await engine.followers(cluster)).toHaveLength(1);
    },
    5 * minutes,
  );

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
      await machineOf(nodeAt(0).id).remote.run(sh`systemctl kill --signal=KILL --kill-whom=main redis-server.service`);
      for (const node of cluster.nodes) await sees(node);
      await machines.lxc('restart', '--force', nodeAt(0).name, nodeAt(1).name);
      for (const node of cluster.nodes) await machineOf(node.id).answers();
      for (const node of cluster.nodes) await sees(node);
      expect(await run(manager.plans.prepare(cluster))).toEqual([]);
    },
    3 * minutes,
  );
});
