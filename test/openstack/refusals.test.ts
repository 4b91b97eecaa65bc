import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { nameOf } from '../../src/providers/openstack/names.js';
import type { Provider, ServerWish } from '../../src/providers/provider.js';
import { onOpenStack, openLab, type Lab } from './support/lab.js';
import { built, wishFor } from './support/wish.js';

const { signal } = new AbortController();

onOpenStack('what OpenStack refuses', () => {
  let lab: Lab;
  let provider: Provider;
  let huge: string;
  let made: ServerWish[] = [];

  const wish = (more: Partial<ServerWish> = {}): ServerWish => {
    const one = wishFor(lab, more);
    made.push(one);
    return one;
  };

  beforeAll(async () => {
    lab = await openLab();
    provider = await lab.provider();
    const flavor = { name: `huge-${lab.project}`, vcpus: 1, ram: 512, disk: 9_000_000 };
    huge = ((await lab.admin.ask('POST', 'compute', '/flavors', { flavor }))['flavor'] as { id: string }).id;
  });

  afterEach(async () => {
    await lab.setQuotas({ compute: { instances: 10 }, network: { port: 50, security_group: 50 } });
    for (const { key } of made) await provider.destroy(nameOf(key), signal);
    for (const { clusterId } of made) await provider.forgetCluster?.(clusterId, signal);
    made = [];
    expect(await lab.left()).toEqual([]);
  });

  afterAll(async () => {
    await lab.admin.ask('DELETE', 'compute', `/flavors/${huge}`);
    await lab.close();
  });

  it('names an image that there is not, and those there are, before anything is made', async () => {
    await expect(provider.create(wish({ image: 'debian-0' }), signal)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'datastoreId',
      message: expect.stringMatching(new RegExp(`OpenStack has no image debian-0; it has: .*${lab.image}`)),
    });
    const offer = { manager: 'postgres', version: '15' };
    expect(await provider.refuses({ ...offer, image: 'debian-0' })).toMatch(/no image debian-0/);
    expect(await provider.refuses({ ...offer, image: lab.image })).toBeNull();
    expect(await provider.refuses({ ...offer, image: '' })).toMatch(/postgres/);
  });

  it('names a network that there is not', async () => {
    for (const name of ['DTROVE_OPENSTACK_NETWORK', 'DTROVE_OPENSTACK_FLOATING_NETWORK']) {
      const other = await lab.provider({ [name]: 'no-such-net' });
      await expect(other.create(wish(), signal)).rejects.toMatchObject({
        code: 'PROVIDER_FAILED',
        message: expect.stringMatching(new RegExp(`${name}: OpenStack has no network no-such-net; it has: .*provider`)),
      });
    }
  });

  it.each([
    ['servers', { compute: { instances: 1 } }, /Quota exceeded for instances/],
    ['ports', { network: { port: 1 } }, /Quota exceeded for resources: \['port'\]/],
    ['security groups', { network: { security_group: 2 } }, /Quota exceeded for resources: \['security_group'\]/],
  ])('says that the quota of %s is reached, and goes on when it is raised', async (_what, quotas, words) => {
    await provider.create(wish(), signal);
    await lab.setQuotas(quotas);
    const second = wish();
    await expect(provider.create(second, signal)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: expect.stringMatching(words),
    });
    await lab.setQuotas({ compute: { instances: 10 }, network: { port: 50, security_group: 50 } });
    const { id } = await provider.create(second, signal);
    expect((await built(provider, id, signal)).at(-1)?.state).toBe('ACTIVE');
  });

  it('says that no host has room, and makes it anew on the same address when it is asked again', async () => {
    const one = wish({ flavor: `huge-${lab.project}` });
    const { id, addr } = await provider.create(one, signal);
    expect((await built(provider, id, signal)).at(-1)).toMatchObject({
      state: 'ERROR',
      fault: 'NO_CAPACITY',
      message: expect.stringMatching(/No valid host was found/),
    });
    const small = { ...one, flavor: wishFor(lab).flavor };
    expect(await provider.create(small, signal)).toMatchObject({ id, addr, state: 'BUILD' });
    expect((await built(provider, id, signal)).at(-1)).toMatchObject({ state: 'ACTIVE', addr });
    expect(await provider.list(signal)).toHaveLength(1);
  });

  it('says that the password is wrong', async () => {
    const stranger = await lab.provider({ OS_PASSWORD: 'hunter2' });
    const error = await stranger.list(signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/Keystone does not take our credentials/),
    });
    expect(String(error)).not.toContain('hunter2');
  });

  it('says where nobody answers, and that it may pass', async () => {
    const nowhere = await lab.provider({ OS_AUTH_URL: 'http://127.0.0.1:1/v3' });
    await expect(nowhere.list(signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('OpenStack at http://127.0.0.1:1 cannot be reached: '),
    });
  });
});
