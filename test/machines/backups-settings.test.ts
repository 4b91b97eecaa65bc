import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  CreateBackupDocument,
  RestartClusterDocument,
  ScheduleBackupsDocument,
  UnscheduleBackupsDocument,
  VerifyBackupDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { backup, backUp, listed, restore } from '../support/backups.js';
import { cluster, deleteCluster, fail, succeed, type Created } from '../support/clusters.js';
import { attach, configurationOf } from '../support/configurations.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { clients, numbers, openOutside, type Login, type Outside } from './support/clients.js';
import { openMachines, type Machines } from './support/containers.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, authorityOf, startPlane } from './support/plane.js';

const minutes = 60_000;

let lab: Lab;
let api: Api;
let machines: Machines;
let outside: Outside;

const loginsOf = async ({ credentials, cluster: { id } }: Created): Promise<Login[]> => {
  await outside.trust(await authorityOf(api, id));
  const { endpoints } = await cluster(api, id);
  return endpoints.map(({ host, port }) => ({ host, port, ...credentials }));
};

onMachines('backups of clusters that are not as new ones are', () => {
  beforeAll(async () => {
    lab = await openLab();
    machines = openMachines('client', 'debian-13', 0);
    [outside, { api }] = await Promise.all([
      openOutside(machines, [clients.mariadb, clients.redis]),
      startPlane(lab.env),
    ]);
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await Promise.all([machines.close(), lab.close()]);
  }, 5 * minutes);

  it(
    'MariaDB: the configuration goes onto new nodes, into the cluster of a backup, and to its proof',
    async () => {
      const client = clients.mariadb;
      const offer = { manager: 'mariadb', version: '11.8', image: 'debian-13' };
      const made = await ask(api, offer, { name: 'configured', flavor: 'small' });
      await succeed(api, made.operation.id);
      const datastoreId = (await cluster(api, made.cluster.id)).datastore.id;
      // The pages' log is copied with the data: another size of it is what a server could stumble over.
      const values = { max_connections: 131, back_log: 77, innodb_log_file_size: '48M' };
      const configurationId = await configurationOf(api, datastoreId, 'own', values);
      await succeed(api, await attach(api, made.cluster.id, configurationId));
      const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: made.cluster.id } });
      await succeed(api, addNode.operation.id);
      const told = async (of: Created) => {
        const words = 'SELECT @@global.max_connections, @@global.back_log, @@global.innodb_log_file_size';
        return Promise.all((await loginsOf(of)).map((login) => outside.ask(client, login, words)));
      };
      const all = `131\t77\t${48 * 1024 * 1024}\n`;
      expect(await told(made)).toEqual([all, all]);
      const [primary] = await loginsOf(made);
      if (primary === undefined) throw new Error('no primary');
      await outside.ask(client, primary, client.setUp);
      await outside.ask(client, primary, client.write.replace('$i', '7'));

      const taken = await backUp(api, made.cluster.id);
      const again = await restore(api, { backupId: taken.id, name: 'configured-again', size: 2, flavor: 'small' });
      expect(await told(again)).toEqual([all, all]);
      const [restored] = await loginsOf(again);
      if (restored === undefined) throw new Error('no primary');
      expect(numbers(await outside.ask(client, restored, client.read))).toEqual([7]);
      await deleteCluster(api, again.cluster.id);
      const { verifyBackup } = await api.get(VerifyBackupDocument, { backupId: taken.id });
      await succeed(api, verifyBackup.operation.id);
      expect(await backup(api, taken.id)).toMatchObject({ verifyMessage: '' });
      await deleteCluster(api, made.cluster.id);
    },
    30 * minutes,
  );

  it(
    'Redis: one that was made before it could be copied says that it has to be restarted, and can be copied then',
    async () => {
      const client = clients.redis;
      const made = await ask(
        api,
        { manager: 'redis', version: '8', image: 'debian-13' },
        { name: 'older', flavor: 'small' },
      );
      await succeed(api, made.operation.id);
      const [login] = await loginsOf(made);
      if (login === undefined) throw new Error('no endpoint');
      await outside.ask(client, login, 'SADD number 1 2 3');
      const [{ server } = { server: null }] = (await cluster(api, made.cluster.id)).instances;
      const script = `sed -i 's/ +sync / /; /^user dtrove /d' /etc/redis/dtrove/users.acl && systemctl restart redis-server`;
      const project = lab.env['DTROVE_INCUS_PROJECT'] ?? '';
      await machines.lxc('exec', '--project', project, server ?? '', '--', 'sh', '-c', script);

      const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
      const failed = await fail(api, createBackup.operation.id);
      expect(failed.message).toContain('restart the cluster (restartCluster), and try again');
      expect(await backup(api, createBackup.backup.id)).toMatchObject({ status: 'FAILED' });

      const { restartCluster } = await api.get(RestartClusterDocument, { id: made.cluster.id });
      await succeed(api, restartCluster.operation.id);
      const taken = await backUp(api, made.cluster.id);
      const again = await restore(api, { backupId: taken.id, name: 'older-again', flavor: 'small' });
      const [restored] = await loginsOf(again);
      if (restored === undefined) throw new Error('no endpoint');
      expect(numbers(await outside.ask(client, restored, client.read))).toEqual([1, 2, 3]);
      await deleteCluster(api, again.cluster.id);

      // By a schedule that fires once, in the next minute, and has each backup proven.
      const at = new Date(Date.now() + minutes);
      const cron = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
      const input = { clusterId: made.cluster.id, cron, verifyEvery: 1 };
      const { scheduleBackups } = await api.get(ScheduleBackupsDocument, { input });
      const proven = await until(
        'one that is proven',
        async () => {
          const [newest = ''] = await listed(api, made.cluster.id);
          const found = await backup(api, newest);
          expect(found.verifyMessage).toBe('');
          return found.verifiedAt === null ? null : found;
        },
        10 * minutes,
      );
      expect(proven.id).not.toBe(taken.id);
      expect(proven.verifiedRestoreSeconds).toBeGreaterThan(0);
      await api.get(UnscheduleBackupsDocument, { id: scheduleBackups.id });
      await deleteCluster(api, made.cluster.id);
    },
    20 * minutes,
  );
});
