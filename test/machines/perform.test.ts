import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  CreateClusterDocument,
  OperationDocument,
  OperationProgressDocument,
  PerformDocument,
  RegisterDatastoreDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, fail, follow, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';

const { signal } = new AbortController();

onMachines('the administrator’s commands on a machine', () => {
  let lab: Lab;
  let dataDir: string;
  let plane: ControlPlane;
  let api: Api;
  let clusterId: string;
  let instanceId: string;
  let server: string;

  const start = async (): Promise<void> => {
    plane = await ControlPlane.start(dataDir, { ...lab.env, DTROVE_PROVIDERS: 'incus', DTROVE_LEASE_SECONDS: '5' });
    api = await plane.api();
  };
  const perform = async (...commands: string[]) =>
    (await api.get(PerformDocument, { input: { instanceId, name: 'a look', commands } })).perform.operation.id;
  const stepOf = async (id: string) => (await api.get(OperationDocument, { id })).operation?.steps[0];
  const printed = (id: string, text: string) =>
    until(`"${text}" to be printed`, async () => (await stepOf(id))?.output.includes(text) ?? false, 60_000);

  beforeAll(async () => {
    lab = await openLab();
    dataDir = await makeDataDir();
    await start();
    const input = { manager: 'redis', version: '8', image: 'debian-13' };
    const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input });
    const wish = { name: 'served', datastoreId: registerDatastore.id, flavor: 'small' };
    const { createCluster: made } = await api.get(CreateClusterDocument, { input: wish });
    await succeed(api, made.operation.id);
    clusterId = made.cluster.id;
    const [instance] = (await cluster(api, clusterId)).instances;
    instanceId = instance?.id ?? '';
    server = instance?.server ?? '';
  });

  afterAll(async () => {
    await deleteCluster(api, clusterId);
    await api.close();
    await cleanUp();
    await lab.close();
  });

  it('run as root, without a tty and with nothing on stdin, and show what they print while they run', async () => {
    const id = await perform(
      'id -un; tty; cat; echo "$HOME"; pwd',
      'echo begun; until [ -e /root/go ]; do sleep 0.1; done; echo gone on',
      `printf '%s\\n' "it's \${HOME} 100% \`date +%s >/dev/null\` $((6 * 7)) \\$PATH"`,
    );
    for await (const { operationProgress } of api.watch(OperationProgressDocument, { id })) {
      const { step } = operationProgress;
      if (step?.status === 'RUNNING' && step.output === 'begun\n') {
        expect((await cluster(api, clusterId)).status).toBe('ACTIVE');
        await inside(lab, server, 'touch /root/go');
      }
    }
    const { operation } = await api.get(OperationDocument, { id });
    expect(operation?.steps.map(({ message, output }) => `${message}: ${output}`)).toEqual([
      'exit 0: root\nnot a tty\n/root\n/root\n',
      'exit 0: begun\ngone on\n',
      "exit 0: it's /root 100%  42 $PATH\n",
    ]);
  });

  it('end with the first that fails, in its own words', async () => {
    const id = await perform('dpkg --status no-such-package', 'touch /root/never');
    const { message } = await fail(api, id);
    expect(message).toMatch(/^step "command 1 of 2" on served-1 failed: exit 1: .*no-such-package.* is not installed/s);
  });

  it('are stopped on the server when they are cancelled', async () => {
    const id = await perform('echo asleep; exec sleep 7654');
    await printed(id, 'asleep');
    await api.get(CancelOperationDocument, { id });
    await follow(api, id);
    expect((await api.get(OperationDocument, { id })).operation).toMatchObject({ status: 'CANCELLED' });
    const check = await perform('! pgrep -f "^sleep 7654"');
    await succeed(api, check);
  });

  it('are joined by the next worker when theirs is killed, and begun once', async () => {
    const id = await perform('echo run | tee -a /root/runs; until [ -e /root/on ]; do sleep 0.1; done; cat /root/runs');
    await printed(id, 'run');
    await api.close();
    await plane.stop('SIGKILL');
    await start();
    await inside(lab, server, 'touch /root/on');
    await succeed(api, id);
    expect(await stepOf(id)).toMatchObject({ output: 'run\nrun\n', attempts: 2 });
  });

  it('are not begun again by themselves on a server that has lost them; a retry does', async () => {
    const id = await perform('echo run >>/root/lost; sync; [ "$(wc -l </root/lost)" -gt 1 ] || sleep 600');
    await until(
      'it to be begun',
      () =>
        inside(lab, server, 'test -s /root/lost').then(
          () => true,
          () => false,
        ),
      60_000,
    );
    await lab.api.change('PUT', `/instances/${server}/state`, signal, { action: 'restart', force: true, timeout: 30 });
    const { message } = await fail(api, id);
    expect(message).toMatch(/not begun a second time by itself|its process vanished/);
    await api.get(RetryOperationDocument, { id });
    await succeed(api, id);
    const check = await perform('cat /root/lost');
    await succeed(api, check);
    expect((await stepOf(check))?.output).toBe('run\nrun\n');
  });
});
