import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  CleanHostDocument,
  DeleteClusterDocument,
  FlavorsDocument,
  RemoveHostDocument,
  RemoveNodeDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, fail, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { openMachines, type Machines } from './support/containers.js';
import { askPostgres, HostLab } from './support/hosts.js';
import { onMachines } from './support/lab.js';

const patience = 1_200_000;

/** One pool of four containers, which one test after the other finds as the last one left it. */
onMachines('servers that exist already, through the public API', () => {
  let lab: Machines;
  let plane: ControlPlane;
  let api: Api;
  let hosts: HostLab;

  beforeAll(async () => {
    lab = openMachines('hosts', 'debian-13', 5432);
    const machines = await Promise.all([1, 2, 3, 4].map(() => lab.add()));
    plane = await ControlPlane.start(await makeDataDir(), { DTROVE_PROVIDERS: 'local,hosts' });
    api = await plane.api();
    hosts = await HostLab.open(lab, api, machines);
  }, patience);

  afterAll(async () => {
    await hosts.close();
    await cleanUp();
    await lab.close();
  }, patience);

  it(
    'are registered once, told by their address or their machine, and never show what logs in',
    async () => {
      const first = await hosts.register(0, { trustOnFirstUse: true });
      expect(first).toMatchObject({ state: 'FREE', os: 'debian-13', cpus: 2, ...hosts.pinned(0), tags: ['host-0'] });
      expect(await hosts.register(0, hosts.pinned(0))).toEqual(first);
      expect(await hosts.refusal(0, { ...hosts.pinned(0), tags: [] })).toMatchObject({
        code: 'CONFLICT',
        field: 'address',
      });
      await hosts.inside(0, 'mkdir -p /run/sshd && /usr/sbin/sshd -p 2222 -o PidFile=/run/second-sshd.pid');
      expect(await hosts.refusal(0, { ...hosts.pinned(0), port: 2222 })).toMatchObject({
        code: 'CONFLICT',
        field: 'address',
        message: expect.stringMatching(/registered already as .*:22 .*machine-id/),
      });
      await hosts.inside(0, 'kill "$(cat /run/second-sshd.pid)"');
      expect(await hosts.hosts()).toEqual([first]);
      expect(plane.log()).not.toMatch(/PRIVATE KEY/);
    },
    patience,
  );

  it(
    'are reached through a bastion, whose host key is pinned as well',
    async () => {
      await hosts.register(1, hosts.pinned(1));
      await hosts.register(2, { hostKey: hosts.at(2).door.hostKey });
      const jump = hosts.at(0);
      await hosts.inside(
        3,
        `apt-get -qq update >/dev/null; apt-get -qq install -y nftables >/dev/null
nft add table inet hidden
nft add chain inet hidden input '{ type filter hook input priority 0; }'
nft add rule inet hidden input ct state established accept
nft add rule inet hidden input tcp dport 22 ip saddr != ${jump.addr} reject with tcp reset`,
      );
      await hosts.hide(3, 0);
      expect(await hosts.refusal(3, hosts.pinned(3))).toMatchObject({ code: 'REMOTE_UNREACHABLE', field: 'address' });
      const wrongPin = { bastion: { address: jump.addr, ...hosts.pinned(1) } };
      expect(await hosts.refusal(3, { ...hosts.pinned(3), ...wrongPin })).toMatchObject({
        field: 'bastion.hostKeyFingerprint',
      });
      const through = { bastion: { address: jump.addr, ...hosts.pinned(0) } };
      expect(await hosts.refusal(3, { hostKeyFingerprint: `SHA256:${'A'.repeat(43)}`, ...through })).toMatchObject({
        field: 'hostKeyFingerprint',
      });
      const host = await hosts.register(3, { ...hosts.pinned(3), ...through });
      expect(host.bastion).toMatchObject({ address: jump.addr, port: 22, user: 'debian', ...hosts.pinned(0) });
      expect(await hosts.states()).toEqual(['FREE', 'FREE', 'FREE', 'FREE']);
      const { flavors } = await api.get(FlavorsDocument, { provider: 'hosts' });
      expect(flavors.map(({ name }) => name)).toEqual(expect.arrayContaining(['any', 'any@host-0', 'any@host-3']));
    },
    patience,
  );

  let orders: Created;
  const ask = (host: string, text: string) => askPostgres(api, orders, host, text);

  it(
    'carry a cluster of three',
    async () => {
      orders = await hosts.create('orders', 3);
      await succeed(api, orders.operation.id);
      const { instances } = await cluster(api, orders.cluster.id);
      const [primary = '', ...replicas] = instances.map(({ addr }) => addr ?? '');
      expect(instances.map(({ user }) => user)).toEqual(['debian', 'debian', 'debian']);
      await ask(primary, 'CREATE TABLE t AS SELECT 7 AS n');
      expect(await ask(primary, 'SELECT application_name FROM pg_stat_replication')).toHaveLength(2);
      for (const replica of replicas) {
        expect(await ask(replica, 'SELECT pg_is_in_recovery() AS replica')).toEqual([{ replica: true }]);
      }
      expect(await hosts.states()).toEqual(['TAKEN', 'TAKEN', 'TAKEN', 'FREE']);
      const { id, cluster: owner, instance } = await hosts.host(0);
      expect(owner?.name).toBe('orders');
      expect(instances.map((one) => one.id)).toContain(instance?.id);
      const refused = await api.refused(RemoveHostDocument, { id });
      expect(refused).toMatchObject({ extensions: { code: 'CONFLICT', field: 'id' } });
      expect(refused.message).toMatch(/the cluster "orders" has the host/);
    },
    patience,
  );

  it(
    'are seen to be away, and back again',
    async () => {
      const { instances } = await cluster(api, orders.cluster.id);
      const replica = instances[1]?.addr ?? '';
      const { name } = [0, 1, 2, 3].map((i) => hosts.at(i)).find(({ addr }) => addr === replica) ?? { name: '' };
      const looksLike = (status: string, serverStatus: string) =>
        until(
          `a cluster that is ${status}, with a replica that is ${serverStatus}`,
          async () => {
            const seen = await cluster(api, orders.cluster.id);
            return seen.status === status && seen.instances[1]?.serverStatus === serverStatus ? seen : null;
          },
          patience,
        );
      await lab.lxc('stop', '--force', name);
      const { message } = await looksLike('DEGRADED', 'UNKNOWN');
      expect(message).toMatch(/^orders-2 \(replica\): does not answer SSH: /);
      await lab.lxc('start', name);
      await looksLike('ACTIVE', 'ACTIVE');
    },
    patience,
  );

  it(
    'are all given to one, and then the next is told why there is none, and goes on when there is one',
    async () => {
      const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: orders.cluster.id } });
      await succeed(api, addNode.operation.id);
      expect(await hosts.states()).toEqual(['TAKEN', 'TAKEN', 'TAKEN', 'TAKEN']);
      const { instances } = await cluster(api, orders.cluster.id);
      const added = instances.at(-1)?.addr ?? '';
      expect(added).toBe(hosts.at(3).addr);
      expect(await ask(added, 'SELECT n FROM t')).toEqual([{ n: 7 }]);

      const late = await hosts.create('late', 1, {}, 'redis', '8');
      const failed = await fail(api, late.operation.id);
      expect(failed.code).toBe('NO_CAPACITY');
      expect(failed.message).toMatch(
        /"create server" on late-1 failed: no host is free: 4 hosts are registered, 4 taken/,
      );

      const { removeNode } = await api.get(RemoveNodeDocument, { input: { clusterId: orders.cluster.id } });
      await succeed(api, removeNode.operation.id);
      expect(await hosts.changes(3)).toEqual([]);

      await api.get(RetryOperationDocument, { id: late.operation.id });
      await succeed(api, late.operation.id);
      expect(await hosts.host(3)).toMatchObject({ state: 'TAKEN', cluster: { name: 'late' } });
      await deleteCluster(api, late.cluster.id);
      expect(await hosts.changes(3)).toEqual([]);
    },
    patience,
  );

  it(
    'are as they were when their cluster has gone',
    async () => {
      await deleteCluster(api, orders.cluster.id);
      expect(await hosts.states()).toEqual(['FREE', 'FREE', 'FREE', 'FREE']);
      for (const i of [0, 1, 2]) expect(await hosts.changes(i)).toEqual([]);
    },
    patience,
  );

  it(
    'are put aside where they cannot be wiped, and are clean again when somebody has them cleaned',
    async () => {
      const made = await hosts.create('cache', 1, { flavor: 'any@host-1' }, 'redis', '8');
      await succeed(api, made.operation.id);
      await lab.lxc('stop', '--force', hosts.at(1).name);
      const { deleteCluster: deleted } = await api.get(DeleteClusterDocument, { id: made.cluster.id });
      await succeed(api, deleted.operation.id);
      const host = await hosts.host(1);
      expect(host).toMatchObject({ state: 'UNCLEAN', cluster: { name: 'cache' } });
      expect(host.message).toMatch(/stop Redis for good: cannot reach debian@/);
      const refused = await hosts.create('second', 1, { flavor: 'any@host-1' }, 'redis', '8');
      expect((await fail(api, refused.operation.id)).message).toMatch(/1 unclean/);
      await deleteCluster(api, refused.cluster.id);

      await lab.lxc('start', hosts.at(1).name);
      await hosts.at(1).answers();
      const { cleanHost } = await api.get(CleanHostDocument, { id: host.id });
      expect(cleanHost.host.state).toBe('CLEANING');
      await succeed(api, cleanHost.operation.id);
      expect(await hosts.host(1)).toMatchObject({ state: 'FREE', message: '', cluster: null, instance: null });
      expect(await hosts.changes(1)).toEqual([]);
      expect(await api.refused(CleanHostDocument, { id: host.id })).toMatchObject({ extensions: { code: 'CONFLICT' } });
    },
    patience,
  );

  it(
    'are sent nothing where their host key has changed',
    async () => {
      await hosts.inside(
        2,
        'rm /etc/ssh/ssh_host_*; ssh-keygen -q -A; systemctl restart ssh; pkill -f "[s]shd.*debian" || true',
      );
      const made = await hosts.create('doubt', 1, { flavor: 'any@host-2' }, 'redis', '8');
      const failed = await fail(api, made.operation.id);
      expect(failed.code).toBe('HOST_KEY_CHANGED');
      expect(failed.message).toMatch(/"create server" on doubt-1 failed: the SSH host key of debian@/);
      expect(await hosts.host(2)).toMatchObject({ state: 'UNCLEAN', message: expect.stringMatching(/has changed/) });
      expect(await hosts.inside(2, 'cat /home/debian/.ssh/authorized_keys')).not.toMatch(/dtrove:/);
      await deleteCluster(api, made.cluster.id);
      const { id } = await hosts.host(2);
      await api.get(RemoveHostDocument, { id });
      expect(await hosts.states()).toEqual(['FREE', 'FREE', 'FREE']);
    },
    patience,
  );
});
