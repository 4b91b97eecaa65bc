import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegisterBackupStoreDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { backUp, restore } from '../support/backups.js';
import { cluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { minio, startS3, type S3Server } from '../support/s3.js';
import { clients, numbers, openOutside, type Outside } from './support/clients.js';
import { openMachines, type Machines } from './support/containers.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, authorityOf, startPlane } from './support/plane.js';

const minutes = 60_000;
const program = await minio();
const run = promisify(execFile);

/** The address of the lab's bridge, which servers reach this machine by. */
async function bridge(): Promise<string> {
  const { stdout } = await run('ip', ['-4', '-o', 'addr', 'show', process.env['DTROVE_INCUS_NETWORK'] ?? '']);
  return /inet (\S+)\//.exec(stdout)?.[1] ?? '';
}

const onS3 = program === null ? describe.skip : onMachines;

onS3('a backup of a real server in a bucket', () => {
  let lab: Lab;
  let api: Api;
  let machines: Machines;
  let outside: Outside;
  let s3: S3Server;

  beforeAll(async () => {
    lab = await openLab();
    s3 = await startS3(program ?? '', await bridge());
    machines = openMachines('client', 'debian-13', 0);
    [outside, { api }] = await Promise.all([openOutside(machines, [clients.redis]), startPlane(lab.env)]);
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await Promise.all([machines.close(), lab.close(), s3.stop()]);
  }, 5 * minutes);

  it(
    'goes there straight from the server, which never holds a credential, and comes back with every row',
    async () => {
      const client = clients.redis;
      const offer = { manager: 'redis', version: '8', image: 'debian-13' };
      const made = await ask(api, offer, { name: 'in-a-bucket', flavor: 'small' });
      await succeed(api, made.operation.id);
      const loginOf = async ({ credentials, cluster: { id } }: typeof made) => {
        await outside.trust(await authorityOf(api, id));
        const [endpoint] = (await cluster(api, id)).endpoints;
        return { host: endpoint?.host ?? '', port: endpoint?.port ?? 0, ...credentials };
      };
      const login = await loginOf(made);
      await outside.ask(client, login, 'SADD number 1 2 3 4 5');

      const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
      const input = { name: 'bucket', kind: 'S3', endpoint, bucket, accessKeyId, secretAccessKey } as const;
      const { registerBackupStore } = await api.get(RegisterBackupStoreDocument, { input });

      const [{ server } = { server: null }] = (await cluster(api, made.cluster.id)).instances;
      const project = lab.env['DTROVE_INCUS_PROJECT'] ?? '';
      const onServer = (script: string) =>
        machines.lxc('exec', '--project', project, server ?? '', '--', 'sh', '-c', script);
      // Every command line and environment that is there while the backup is made.
      const spy = `while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; sleep 0.02; done >/run/seen`;
      await onServer(`systemd-run --quiet --unit=spy sh -c '${spy.replaceAll("'", `'\\''`).replaceAll('$', '$$$$')}'`);
      const taken = await backUp(api, made.cluster.id, registerBackupStore.id);
      await onServer('systemctl stop spy');

      const lines = async (what: string) => Number(await onServer(`grep -acE '${what}' /run/seen || :`));
      expect(await lines('aes-256-ctr')).toBeGreaterThan(0);
      expect(await lines(`${secretAccessKey}|X-Amz-Signature`)).toBe(0);
      const found = await onServer(
        `grep -rlsE '${secretAccessKey}|X-Amz-Signature' /etc /home /root /run /tmp /var || :`,
      );
      expect(found).toBe('');

      const restored = await restore(api, { backupId: taken.id, name: 'out-of-a-bucket', flavor: 'small' });
      expect(numbers(await outside.ask(client, await loginOf(restored), client.read))).toEqual([1, 2, 3, 4, 5]);
      await deleteCluster(api, restored.cluster.id);
      await deleteCluster(api, made.cluster.id);
    },
    20 * minutes,
  );
});
