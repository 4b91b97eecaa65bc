import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { leftoverKinds } from '../../src/providers/provider.js';
import { until } from '../support/until.js';
import { hasGuests, inTheLab, openLab, type Lab } from './support/lab.js';
import { built, wishFor } from './support/wish.js';

const { signal } = new AbortController();

inTheLab('what OpenStack has of ours beside servers', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
  });

  afterAll(() => lab.close());

  it('is listed by kind, with whose it is, and removed piece by piece', async () => {
    const floating = { DTROVE_OPENSTACK_NETWORK: 'inner', DTROVE_OPENSTACK_FLOATING_NETWORK: 'outside' };
    const provider = await lab.provider(hasGuests ? {} : floating);
    const owner = randomUUID();
    const wish = wishFor(lab, { owner });
    const { key, clusterId } = wish;
    const { id } = await provider.create(wish, signal);
    await built(provider, id, signal);
    await provider.createVolume({ key, sizeGb: 1, serverKey: key, clusterId, owner }, signal);
    const found = (await provider.leftovers?.(signal)) ?? [];
    const own = { id: '', key, clusterId, owner, message: '' };
    const shared = { ...own, key: null };
    expect(found.map((one) => ({ ...one, id: '' })).sort((a, b) => a.kind.localeCompare(b.kind))).toEqual([
      ...(hasGuests ? [] : [{ kind: 'FLOATING_ADDRESS', ...own }]),
      { kind: 'PORT', ...own },
      { kind: 'SECURITY_GROUP', ...shared },
      { kind: 'SERVER_GROUP', ...shared },
      { kind: 'VOLUME', ...own },
    ]);
    const path = `/servers?all_tenants=1&project_id=${lab.project}`;
    const { servers } = (await lab.admin.ask('GET', 'compute', path)) as { servers: { id: string }[] };
    await lab.admin.ask('DELETE', 'compute', `/servers/${servers[0]?.id ?? ''}`);
    for (const kind of leftoverKinds)
      for (const one of found.filter((other) => other.kind === kind)) {
        await provider.removeLeftover?.(kind, one.id, signal);
        // What is gone already is no error.
        await provider.removeLeftover?.(kind, one.id, signal);
      }
    await until('the server to be gone', async () => (await provider.list(signal)).length === 0, 60_000);
    expect(await lab.left()).toEqual([]);
  });
});
