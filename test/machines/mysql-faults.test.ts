import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClusterView, Node } from '../../src/datastores/datastore.js';
import { mariadb, mysql } from '../../src/datastores/mysql/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { createAuthority, type Certified } from '../../src/secrets/certificates.js';
import { sh } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';
import { ask, mysql as engine } from '../contract/engines/mysql.js';
import { until } from '../support/until.js';
import { openMachines } from './support/containers.js';
import { hasImage, onMachines } from './support/lab.js';
import { nodesOn } from './support/nodes.js';

const minutes = 60_000;
const kit = { templates: templatesIn() };

const offers = [
  ['MariaDB', mariadb(kit), 'debian-13', '11.8', '11.4', /has MariaDB 11\.8\.\S+, not the version 11\.4$/],
  ['MySQL', mysql(kit), 'debian-13-mysql', '9', '8.4', /has MySQL 9\.\S+, not the version 8\.4$/],
] as const;

onMachines.each(offers.filter(([, , image]) => hasImage(image)))(
  '%s on machines, and what goes wrong',
  (title, manager, image, version, other, refusal) => {
    const { signal } = new AbortController();
    const machines = openMachines(`${manager.id}-dev-faults`, image, manager.port);
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

    const invocation = async (node: Node, unit: string) =>
      (await machineOf(node.id).remote.run(sh`systemctl show -p InvocationID --value ${unit}`)).stdout.trim();

    beforeAll(async () => {
      authority = await createAuthority('faults');
      cluster = {
        id: 'faults',
        name: 'faults',
        version,
        packages: [],
        nodes: [await newNode('PRIMARY')],
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
        const plan = manager.plans.prepare({ ...cluster, version: other }).slice(0, 1);
        await expect(run(plan)).rejects.toThrow(refusal);
        expect(await statusOf(nodeAt(0))).toMatchObject({
          up: false,
          message: expect.stringMatching(new RegExp(`^${manager.id}.service is inactive`)),
        });
      },
      10 * minutes,
    );

    it(
      'tells why it does not start, and goes on from there once it can',
      async () => {
        const { remote, addr, port } = machineOf(nodeAt(0).id);
        await remote.run(
          sh`systemd-run --quiet --unit=squatter --service-type=exec socat TCP-LISTEN:${port},bind=${addr},fork,reuseaddr PIPE || systemd-run --quiet --unit=squatter --service-type=exec python3 -m http.server ${port} --bind ${addr}`,
        );
        await until('the squatter', async () => (await remote.run(sh`ss -ltn`)).stdout.includes(`${addr}:${port}`));
        await expect(run(manager.plans.prepare(cluster))).rejects.toThrow(
          new RegExp(`^start ${title}: exit 1: .*Address already in use`, 's'),
        );
        await remote.run(sh`systemctl stop squatter`);
        expect((await run(manager.plans.prepare(cluster))).slice(0, 2)).toEqual([`start ${title}`, 'create users']);
        await engine.write(cluster, 'kept');
      },
      5 * minutes,
    );

    it(
      'adds a node while it is written to, goes on with the same copy after the connection is cut, and loses nothing',
      async () => {
        const added = await newNode('REPLICA');
        const larger = { ...cluster, nodes: [...cluster.nodes, added] };
        const primary = machineOf(nodeAt(0).id);
        await ask(cluster, nodeAt(0), 'CREATE TABLE app.count (n int PRIMARY KEY)');
        let acknowledged = 0;
        const done = new AbortController();
        const writer = (async () => {
          while (!done.signal.aborted) {
            // A frozen server makes it fail; a write may have arrived all the same.
            await ask(cluster, nodeAt(0), `INSERT IGNORE INTO app.count VALUES (${acknowledged + 1})`).then(
              () => (acknowledged += 1),
              () => undefined,
            );
          }
        })();
        try {
          const plan = manager.plans.addNodes(larger, [added]);
          await run(plan.slice(0, 1));
          const unit = `dtrove-${manager.id}-copy`;
          const { remote, close } = machineOf(added.id).connect();
          // A frozen primary says nothing: the copy is in its middle for as long as we like.
          await machines.lxc('pause', primary.name);
          const cut = run(plan.slice(1), new Map([[added.id, remote]])).catch((error: unknown) => error);
          const before = await until('the copy', async () => (await invocation(added, unit)) || null, minutes);
          await close();
          expect(await cut).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
          const again = run(plan);
          await machines.lxc('start', primary.name);
          expect(await again).toContain('copy the primary');
          expect(await invocation(added, unit)).toBe(before);
          const seen = acknowledged;
          await until('another write', () => acknowledged > seen + 5, minutes);
        } finally {
          done.abort();
          await writer;
        }
        cluster = larger;
        expect(acknowledged).toBeGreaterThan(10);
        const all = async () => Number(await ask(cluster, added, 'SELECT count(*) FROM app.count'));
        await until('every write on the replica', async () => (await all()) >= acknowledged, minutes);
        await engine.sees(cluster, added, 'kept');
        expect(await run(manager.plans.addNodes(cluster, [added]))).toEqual([]);
        expect(await run(manager.plans.prepare(cluster))).toEqual([]);
      },
      10 * minutes,
    );

    it('goes on running where new settings would not let it start, and says what is wrong with them', async () => {
      const started = await engine.startedAt(cluster, nodeAt(0));
      const wrong = { ...cluster, settings: { parameters: { no_such_thing: 1 } } };
      await expect(run(manager.plans.prepare(wrong))).rejects.toThrow(
        new RegExp(`start ${title}: .*unknown variable '?"?no_such_thing=1`, 's'),
      );
      expect(await engine.startedAt(cluster, nodeAt(0))).toEqual(started);
      await run(manager.plans.prepare(cluster));
    });

    it(
      'runs on new passwords after the plan is run with them',
      async () => {
        const before = cluster;
        cluster = {
          ...cluster,
          admin: { username: 'admin', password: new Secret('the second "password"') },
          replication: { username: 'replicator', password: new Secret(`of the replicas, \\ 'the second'`) },
        };
        await run(manager.plans.prepare(cluster));
        await engine.write(cluster, 'by the new password');
        for (const node of cluster.nodes) await engine.sees(cluster, node, 'by the new password');
        await expect(ask(before, nodeAt(0), 'SELECT 1')).rejects.toThrow('ERROR 1045');
        expect(await run(manager.plans.prepare(cluster))).toEqual([]);
      },
      2 * minutes,
    );

    it(
      'is semi-synchronous on request',
      async () => {
        cluster = { ...cluster, settings: manager.Settings.parse({ semiSync: true }) };
        await run(manager.plans.prepare(cluster));
        expect(await run(manager.plans.prepare(cluster))).toEqual([]);
        const told = await until('the replica', async () => {
          const lines = (await ask(cluster, nodeAt(0), "SHOW STATUS LIKE 'Rpl_semi_sync%'")).split('\n');
          const values = new Map(lines.map((line) => [line.split('\t')[0] ?? '', line.split('\t')[1] ?? '']));
          const of = (name: string) =>
            values.get(`Rpl_semi_sync_master_${name}`) ?? values.get(`Rpl_semi_sync_source_${name}`);
          return of('clients') === '1' && of('status') === 'ON' ? of : null;
        });
        const before = Number(told('yes_tx'));
        await engine.write(cluster, 'on two servers');
        const after = await ask(cluster, nodeAt(0), "SHOW STATUS LIKE 'Rpl_semi_sync%yes_tx'");
        expect(Number(after.split('\t')[1])).toBeGreaterThan(before);
      },
      2 * minutes,
    );

    it(
      'comes up again after it was killed, and with its server, and follows again by itself',
      async () => {
        const shows = (node: Node, text: string) =>
          until(
            `${text} on ${node.name}`,
            () =>
              engine.sees(cluster, node, text).then(
                () => true,
                () => false,
              ),
            minutes,
          );
        for (const node of cluster.nodes) {
          await machineOf(node.id).remote.run(
            sh`systemctl kill --signal=KILL --kill-whom=main ${`${manager.id}.service`}`,
          );
          await shows(node, 'kept');
        }
        await machines.lxc('restart', '--force', ...cluster.nodes.map(({ name }) => name));
        for (const node of cluster.nodes) await machineOf(node.id).answers();
        for (const node of cluster.nodes) await shows(node, 'kept');
        await engine.write(cluster, 'after all that');
        for (const node of cluster.nodes) await shows(node, 'after all that');
        expect(await run(manager.plans.prepare(cluster))).toEqual([]);
      },
      5 * minutes,
    );
  },
);
