import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, startPlane } from '../machines/support/plane.js';
import type { Api } from '../support/api.js';
import { deleteCluster, fail } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { onOpenStack, openLab, type Lab } from './support/lab.js';

onOpenStack('an image of OpenStack that never gets its sshd', () => {
  let lab: Lab;
  let api: Api;

  beforeAll(async () => {
    lab = await openLab();
    const own = { DTROVE_PROVIDERS: 'openstack', DTROVE_OPERATION_DEADLINE_SECONDS: '60' };
    ({ api } = await startPlane({ ...lab.env, ...own }));
  });

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await lab.close();
  });

  it('has its cluster fail at the deadline, saying what it waited for, and be deleted', async () => {
    const offer = { manager: 'postgres', version: '15', image: lab.mute };
    const made = await ask(api, offer, { name: 'mute', size: 1 });
    const { code, message, steps } = await fail(api, made.operation.id);
    expect(code).toBe('DEADLINE_EXCEEDED');
    expect(message).toMatch(/deadline.*connect|connect.*deadline/s);
    expect(steps.find(({ name }) => name === 'wait for server')?.status).toBe('DONE');
    await deleteCluster(api, made.cluster.id);
    expect(await lab.left()).toEqual([]);
  });
});
