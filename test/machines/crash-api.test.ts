import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import {
  AddNodeDocument,
  OperationDocument,
  RestartClusterDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, fail, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask } from './support/plane.js';

const minutes = 60_000;
const packages = 'dtrove-postgresql-packages';
const backup = 'dtrove-postgresql-base-backup';

onMachines('a worker that is killed, and a server that is no longer the same', () => {
  let lab: Lab;
  let inside: Inside;
  let database: EmbeddedServer;
  let dataDir: string;
  let front: ControlPlane;
  let worker: ControlPlane;
  let api: Api;
  let made: Created;

  const start = (role: 'api' | 'worker') =>
    ControlPlane.start(dataDir, {
      ...lab.env,
      DTROVE_PROVIDERS: 'incus',
      DTROVE_ROLE: role,
      DTROVE_DATABASE_URL: database.url,
      DTROVE_LEASE_SECONDS: '3',
    });

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    dataDir = await makeDataDir();
    const databaseDir = await makeDataDir();
    database = await startEmbedded({ dataDir: databaseDir, user: await serviceUser(), log: quiet });
    [front, worker] = await Promise.all([start('api'), start('worker')]);
    api = await front.api();
  }, 2 * minutes);

  afterAll(async () => {
    await api.close();
    await Promise.all([front.stop(), worker.stop()]);
    await database.stop();
    await cleanUp();
    await lab.close();
  }, 2 * minutes);

  /** The servers of the cluster, the primary first; whatever has one by now. */
  const servers = async (): Promise<string[]> => {
    const { instances } = await cluster(api, made.cluster.id);
    return [...instances]
      .sort((a, b) => Number(b.role === 'PRIMARY') - Number(a.role === 'PRIMARY'))
      .flatMap(({ server }) => server ?? []);
  };

  /** How often a unit was started, and which of its starts this is. */
  const starts = async (server: string, unit: string): Promise<string> => {
    await inside.run(server, 'journalctl --sync');
    const count = await inside.run(server, `journalctl -q -o cat -u ${unit} | grep -c '^Started ${unit}'`);
    return `${count} ${await inside.run(server, `systemctl show -p InvocationID --value ${unit}`)}`;
  };

  const attemptsOf = async (id: string, name: string): Promise<number[]> => {
    const { operation } = await api.get(OperationDocument, { id });
    return (operation?.steps ?? []).filter((step) => step.name === name).map(({ attempts }) => attempts);
  };

  it(
    'in the middle of apt-get install: another one waits for what runs, and starts nothing twice',
    async () => {
      made = await ask(api, { manager: 'postgres', version: '17', image: 'debian-13' }, { name: 'killed', size: 1 });
      await reached(api, made.operation.id, 'install packages', 'RUNNING');
      const [server = ''] = await servers();
      await until(
        'apt to unpack',
        () => inside.holds(server, `grep -q '^Unpacking ' /run/${packages}.output`),
        5 * minutes,
      );
      await worker.stop('SIGKILL');
      const before = await starts(server, packages);
      expect(before).toMatch(/^1 /);
      worker = await start('worker');
      await succeed(api, made.operation.id);
      expect(await starts(server, packages)).toBe(before);
      expect(await inside.run(server, `grep -c ' install postgresql-17:' /var/log/dpkg.log`)).toBe('1');
      expect(await inside.run(server, `grep -c '^Commandline: .* install ' /var/log/apt/history.log`)).toBe('1');
      expect(await attemptsOf(made.operation.id, 'install packages')).toEqual([2]);
    },
    10 * minutes,
  );

  it(
    'in the middle of the base backup: another one waits for it, and the replica has all of it',
    async () => {
      const [primary = ''] = await servers();
      const fill = `CREATE TABLE big AS SELECT n, repeat(md5(n::text), 32) AS text FROM generate_series(1, 200000) AS n`;
      await inside.run(primary, `su postgres -c "psql -qd postgres -c '${fill.replaceAll("'", `'\\''`)}'"`);
      const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: made.cluster.id, count: 1 } });
      await reached(api, addNode.operation.id, 'copy the primary', 'RUNNING');
      const replica = (await servers())[1] ?? '';
      // A primary that is frozen sends nothing more: the copy is in its middle for as long as we like.
      await until('the copy to begin', () => inside.holds(replica, `systemctl is-active -q ${backup}`), minutes);
      await inside.change(primary, 'freeze');
      expect(await inside.run(replica, `systemctl show -p SubState --value ${backup}`)).toBe('running');
      await worker.stop('SIGKILL');
      const before = await starts(replica, backup);
      expect(before).toMatch(/^1 /);
      worker = await start('worker');
      await until(
        'the other worker to take over',
        async () => (await attemptsOf(addNode.operation.id, 'copy the primary'))[0] === 2,
        minutes,
      );
      await inside.change(primary, 'unfreeze');
      await succeed(api, addNode.operation.id);
      expect(await starts(replica, backup)).toBe(before);
      const count = `su postgres -c "psql -qAtd postgres -c 'SELECT count(*) FROM big'"`;
      expect(await inside.run(replica, count)).toBe('200000');
      expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
    },
    10 * minutes,
  );

  it(
    'a server with another host key is told nothing, which is said in words; with its own again the retry goes on',
    async () => {
      const [, replica = ''] = await servers();
      const key = '/etc/ssh/ssh_host_ed25519_key';
      const anew = 'systemctl restart ssh; pkill -f "^sshd.*: dtrove" || :';
      await inside.run(
        replica,
        `mv ${key} ${key}.own && ssh-keygen -q -t ed25519 -N '' -f ${key} </dev/null && ${anew}`,
      );
      const { restartCluster } = await api.get(RestartClusterDocument, { id: made.cluster.id });
      const failed = await fail(api, restartCluster.operation.id);
      expect(failed.code).toBe('HOST_KEY_CHANGED');
      expect(failed.message).toMatch(/killed-2.*host key/is);
      const shown = await cluster(api, made.cluster.id);
      expect([shown.status, shown.message]).toEqual(['DEGRADED', expect.stringMatching(/killed-2.*host key/is)]);
      await inside.run(replica, `mv ${key}.own ${key} && ${anew}`);
      await api.get(RetryOperationDocument, { id: restartCluster.operation.id });
      await succeed(api, restartCluster.operation.id);
      expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    },
    3 * minutes,
  );

  it(
    'without the right to become root: it says so, and the retry goes on once the right is there',
    async () => {
      const [primary = ''] = await servers();
      const rights = '/etc/sudoers.d/90-cloud-init-users';
      await inside.run(primary, `mv ${rights} /root/rights`);
      const { restartCluster } = await api.get(RestartClusterDocument, { id: made.cluster.id });
      const failed = await fail(api, restartCluster.operation.id);
      expect(failed.message).toMatch(/restart PostgreSQL.*sudo/is);
      await inside.run(primary, `mv /root/rights ${rights}`);
      await api.get(RetryOperationDocument, { id: restartCluster.operation.id });
      await succeed(api, restartCluster.operation.id);
      await deleteCluster(api, made.cluster.id);
      expect(await lab.left()).toEqual([]);
    },
    3 * minutes,
  );
});
