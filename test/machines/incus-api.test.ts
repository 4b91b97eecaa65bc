import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FlavorsDocument, OperationDocument, ProvidersDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { deleteCluster, follow } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';

onMachines('clusters on the provider incus, through the public API', () => {
  let lab: Lab;
  let api: Api;

  beforeAll(async () => {
    lab = await openLab();
    ({ api } = await startPlane({ ...lab.env, DTROVE_PROVIDERS: 'local,incus' }));
  });

  afterAll(async () => {
    await cleanUp();
    await lab.close();
  });

  it('are offered beside local ones', async () => {
    const { providers } = await api.get(ProvidersDocument, {});
    expect(providers.map(({ id }) => id)).toEqual(['local', 'incus']);
    const { flavors } = await api.get(FlavorsDocument, { provider: 'incus' });
    expect(flavors.map(({ name }) => name)).toEqual(['tiny', 'small']);
  });

  it('fail at the step that says which image there is not, and are deleted cleanly', async () => {
    const made = await ask(
      api,
      { manager: 'postgres', version: '17', image: 'debian-0' },
      { name: 'nowhere', size: 1, provider: 'incus' },
    );
    await follow(api, made.operation.id);
    const { operation } = await api.get(OperationDocument, { id: made.operation.id });
    expect(operation).toMatchObject({
      status: 'FAILED',
      error: { code: 'BAD_USER_INPUT', message: expect.stringMatching(/no image debian-0/) },
    });
    await deleteCluster(api, made.cluster.id);
    expect(await lab.left()).toEqual([]);
  });
});
