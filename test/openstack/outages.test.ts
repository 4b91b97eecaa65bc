import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nameOf } from '../../src/providers/openstack/names.js';
import { ask, startPlane } from '../machines/support/plane.js';
import { CancelOperationDocument, FlavorsDocument, OperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { deleteCluster, follow, reached } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { inTheLab, openLab, type Lab } from './support/lab.js';
import { built, wishFor } from './support/wish.js';

const { signal } = new AbortController();
const run = promisify(execFile);
const nova = (verb: 'up' | 'down', name: string) =>
  run(join(import.meta.dirname, '../lab/openstack/nova.sh'), [verb, name]);

inTheLab('while a cluster is made, through the public API', () => {
  let lab: Lab;
  let api: Api;

  beforeAll(async () => {
    lab = await openLab();
    ({ api } = await startPlane({ ...lab.env, DTROVE_PROVIDERS: 'openstack', DTROVE_STEP_ATTEMPTS: '20' }));
  });

  afterAll(async () => {
    await nova('up', 'api');
    await api.close();
    await cleanUp();
    await lab.close();
  });

  it('Nova’s API is stopped, and started again: the step waits, says why, and makes one server', async () => {
    await api.get(FlavorsDocument, {});
    await nova('down', 'api');
    const offer = { manager: 'postgres', version: '15', image: lab.image };
    const made = await ask(api, offer, { name: 'patient', size: 1 });
    await until(
      'the step to say why',
      async () => {
        const { operation } = await api.get(OperationDocument, { id: made.operation.id });
        const step = operation?.steps.find(({ name }) => name === 'create server');
        return (step?.attempts ?? 0) > 1 && /OpenStack at \S+:8774 cannot be reached/.test(JSON.stringify(operation));
      },
      60_000,
    );
    await nova('up', 'api');
    await reached(api, made.operation.id, 'wait for server', 'DONE');
    expect((await lab.left()).filter((name) => name.startsWith('server dtrove'))).toHaveLength(1);
    await api.ask(CancelOperationDocument, { id: made.operation.id });
    await follow(api, made.operation.id);
    await deleteCluster(api, made.cluster.id);
    expect(await lab.left()).toEqual([]);
  });
});

inTheLab('while the provider works', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
  });

  afterAll(async () => {
    await nova('up', 'api');
    await nova('up', 'scheduler');
    await lab.close();
  });

  it('its token is revoked, and it gets another one', async () => {
    const proxy = await lab.proxy('image');
    const provider = await lab.provider({ OS_GLANCE_BYPASS_URL: proxy.url });
    const look = () => provider.refuses({ manager: 'postgres', version: '15', image: randomUUID() });
    expect(await look()).toMatch(/no image/);
    const before = proxy.seen.at(-1)?.token ?? '';
    await lab.admin.revoke(before);
    expect(await look()).toMatch(/no image/);
    expect(proxy.seen.at(-1)?.token).not.toBe(before);
  });

  it('Nova’s API is stopped, and started again: it says so, waits, and makes one server', async () => {
    const provider = await lab.provider();
    const wish = wishFor(lab);
    await provider.flavors();
    await nova('down', 'api');
    await expect(provider.list(signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/^cannot list the servers: OpenStack at \S+:8774 cannot be reached/),
    });
    const making = provider.create(wish, signal).catch(() => null);
    await nova('up', 'api');
    const { id } = (await making) ?? (await provider.create(wish, signal));
    expect((await built(provider, id, signal)).at(-1)?.state).toBe('ACTIVE');
    expect(await provider.list(signal)).toHaveLength(1);
    await provider.destroy(id, signal);
    await provider.forgetCluster?.(wish.clusterId, signal);
    expect(await lab.left()).toEqual([]);
  });

  it('Nova has taken a request and not got round to it: it is found, and destroyed', async () => {
    const provider = await lab.provider();
    const wish = wishFor(lab);
    await nova('down', 'scheduler');
    const { id } = await provider.create(wish, signal);
    expect(await provider.updateStatus(id, signal)).toMatchObject({ state: 'BUILD', key: wish.key });
    expect((await provider.list(signal)).map(({ key }) => key)).toEqual([wish.key]);
    expect(await provider.create(wish, signal)).toMatchObject({ id, state: 'BUILD' });
    expect((await lab.left()).filter((name) => name === `server ${nameOf(wish.key)}`)).toHaveLength(1);
    await nova('up', 'scheduler');
    await provider.destroy(id, signal);
    await provider.forgetCluster?.(wish.clusterId, signal);
    expect(await lab.left()).toEqual([]);
  });
});
