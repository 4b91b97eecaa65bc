import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { nameOf } from '../../src/providers/openstack/names.js';
import type { Provider, ServerWish } from '../../src/providers/provider.js';
import { hasGuests, inTheLab, openLab, type Lab } from './support/lab.js';
import { built, wishFor } from './support/wish.js';

const { signal } = new AbortController();

inTheLab('where and how a server of OpenStack is made', () => {
  let lab: Lab;
  let made: (readonly [Provider, ServerWish])[] = [];

  beforeAll(async () => {
    lab = await openLab();
  });

  afterEach(async () => {
    for (const [provider, { key }] of made) await provider.destroy(nameOf(key), signal);
    for (const [provider, { clusterId }] of made) await provider.forgetCluster?.(clusterId, signal);
    made = [];
    expect(await lab.left()).toEqual([]);
  });

  afterAll(() => lab.close());

  const make = async (settings: Readonly<Record<string, string>>, more: Partial<ServerWish> = {}) => {
    const provider = await lab.provider(settings);
    const wish = wishFor(lab, more);
    made.push([provider, wish]);
    const begun = await provider.create(wish, signal);
    return { provider, wish, begun, end: (await built(provider, begun.id, signal)).at(-1) };
  };

  const asked = async (key: string) => {
    const path = `/servers/detail?all_tenants=1&project_id=${lab.project}&name=${nameOf(key)}`;
    return ((await lab.admin.ask('GET', 'compute', path))['servers'] as Readonly<Record<string, unknown>>[])[0];
  };

  // The lab carries no packets beyond the network of its guests.
  (hasGuests ? it.skip : it)('with a floating address, which it is reached by, and which goes with it', async () => {
    const floating = { DTROVE_OPENSTACK_NETWORK: 'inner', DTROVE_OPENSTACK_FLOATING_NETWORK: 'outside' };
    const { provider, wish, begun, end } = await make(floating);
    expect(begun.addr).toMatch(/^198\.51\.100\./);
    expect(end).toMatchObject({ state: 'ACTIVE', addr: begun.addr });
    expect(await lab.left()).toContain(`floating address ${begun.addr ?? ''}`);
    expect(await provider.create(wish, signal)).toMatchObject({ addr: begun.addr });
    await provider.destroy(begun.id, signal);
    expect(await lab.left()).toEqual([]);
  });

  it('in an availability zone; one that there is not is refused in Nova’s words', async () => {
    const { wish } = await make({ DTROVE_OPENSTACK_AVAILABILITY_ZONE: 'nova' });
    expect(await asked(wish.key)).toMatchObject({ 'OS-EXT-AZ:availability_zone': 'nova' });
    await expect(make({ DTROVE_OPENSTACK_AVAILABILITY_ZONE: 'moon' })).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/availability zone/i),
    });
  });

  it('apart from the others of its cluster, where it must: on one host there is room for one', async () => {
    const hard = { DTROVE_OPENSTACK_ANTI_AFFINITY: 'hard' };
    const { wish, end } = await make(hard);
    expect(end).toMatchObject({ state: 'ACTIVE' });
    const second = await make(hard, { clusterId: wish.clusterId });
    expect(second.end).toMatchObject({ state: 'ERROR', fault: 'NO_CAPACITY' });
    const other = await make(hard);
    expect(other.end).toMatchObject({ state: 'ACTIVE' });
  });

  it('in no group of anti-affinity, where none is wished', async () => {
    await make({ DTROVE_OPENSTACK_ANTI_AFFINITY: 'none' });
    expect((await lab.left()).filter((name) => name.startsWith('server group'))).toEqual([]);
  });

  // libvirt-lxc cannot boot from a volume.
  (hasGuests ? it.skip : it)('from a volume of Cinder, which goes with it', async () => {
    const settings = { DTROVE_OPENSTACK_BOOT_VOLUME_GB: '1', DTROVE_OPENSTACK_FLAVOR: 'bare' };
    const { provider, begun, end } = await make(settings, { flavor: 'bare' });
    expect(end).toMatchObject({ state: 'ACTIVE' });
    expect((await lab.left()).filter((name) => name.startsWith('volume'))).toHaveLength(1);
    await provider.destroy(begun.id, signal);
    expect(await lab.left()).toEqual([]);
  });
});
