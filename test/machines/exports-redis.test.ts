import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ImportExportDocument, RetryOperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, fail, succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { moving } from '../support/exports.js';
import { until } from '../support/until.js';
import { engines, tell } from './support/engines.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';

const minutes = 60_000;
const engine = engines.redis;
const log = '/var/lib/redis/appendonlydir';
const dropIn = '/etc/systemd/system/redis-server.service.d';

onMachines('an import into Redis with which it does not start', () => {
  let lab: Lab;
  let inside: Inside;
  let api: Api;
  let made: Created;
  let server: string;

  const at = (statements: string) => tell(inside, server, engine, statements, made.credentials.password);

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    ({ api } = await startPlane(lab.env));
    made = await ask(api, engine.offer, { name: 'cache', size: 1, flavor: 'small' });
    await succeed(api, made.operation.id);
    server = (await cluster(api, made.cluster.id)).instances[0]?.server ?? '';
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await lab.close();
  }, 2 * minutes);

  it(
    'is put back: the server has all that it had, and serves; a retry imports it when the trouble is over',
    async () => {
      await at('SET mine here\nINCR written');
      const [elsewhere] = engine.elsewhere;
      const printed = await inside.run(server, `{ ${elsewhere?.dump ?? ''}; } >/root/dump && base64 -w0 /root/dump`);
      const uploadId = await moving(api).upload(Buffer.from(printed, 'base64'));
      // Refuses to start on a log that has nothing but a base, which is what an import makes.
      await inside.run(
        server,
        `mkdir -p ${dropIn} && printf '[Service]\\nExecStartPre=+/bin/grep -q "type i" ${log}/appendonly.aof.manifest\\n' >${dropIn}/zz-trouble.conf && systemctl daemon-reload`,
      );
      const input = { clusterId: made.cluster.id, uploadId, onConflict: 'REPLACE' as const };
      const { importExport } = await api.get(ImportExportDocument, { input });
      const failed = await fail(api, importExport.operation.id);
      expect([failed.code, failed.message]).toEqual(['STEP_FAILED', expect.stringMatching(/has its own again/)]);
      expect(await at('GET mine\nGET written\nGET from')).toBe('here\n1');
      await until(
        'the cluster to be well',
        async () => (await cluster(api, made.cluster.id)).status === 'ACTIVE',
        minutes,
      );
      await inside.run(server, `rm ${dropIn}/zz-trouble.conf && systemctl daemon-reload`);
      await api.get(RetryOperationDocument, { id: importExport.operation.id });
      await succeed(api, importExport.operation.id);
      expect(await at('GET from\nGET mine')).toBe('elsewhere');
      expect(await inside.run(server, `ls -d ${log}*`)).toBe(log);
    },
    10 * minutes,
  );
});
