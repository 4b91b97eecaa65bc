import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nameOf } from '../../src/providers/openstack/names.js';
import type { Provider } from '../../src/providers/provider.js';
import { attaches, hasGuests, onOpenStack, openLab, type Lab } from './support/lab.js';
import { built, wishFor } from './support/wish.js';

const { signal } = new AbortController();

onOpenStack('volumes and snapshots of OpenStack', () => {
  let lab: Lab;
  let provider: Provider;

  beforeAll(async () => {
    lab = await openLab();
    provider = await lab.provider();
  });

  afterAll(() => lab.close());

  it('are made once, grow and do not shrink, and are deleted until they are gone', async () => {
    const wish = { key: randomUUID(), sizeGb: 1 };
    const volumes = await Promise.all([1, 2, 3].map(() => provider.createVolume(wish, signal)));
    const [volume = ''] = volumes;
    expect(new Set(volumes).size).toBe(1);
    expect(await lab.left()).toHaveLength(1);
    await provider.growVolume?.(volume, 2, signal);
    await provider.growVolume?.(volume, 2, signal);
    await expect(provider.growVolume?.(volume, 1, signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/it has 2 GiB, and cannot shrink/),
    });
    await expect(provider.createVolume({ key: randomUUID(), sizeGb: 100_000 }, signal)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    await provider.deleteVolume?.(volume, signal);
    await provider.deleteVolume?.(volume, signal);
    expect(await lab.left()).toEqual([]);
  });

  (attaches ? it : it.skip)('belong to one server, and go with it', async () => {
    const [one, other] = [wishFor(lab), wishFor(lab)];
    const servers = await Promise.all([one, other].map((wish) => provider.create(wish, signal)));
    for (const { id } of servers) await built(provider, id, signal);
    const [mine = '', another = ''] = servers.map(({ id }) => id);
    const volume = await provider.createVolume({ key: randomUUID(), sizeGb: 1 }, signal);
    await provider.attachVolume(mine, volume, signal);
    await provider.attachVolume(mine, volume, signal);
    await expect(provider.attachVolume(another, volume, signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringContaining(`it belongs to the server ${mine}`),
    });
    await provider.destroy(mine, signal);
    expect((await lab.left()).filter((name) => name.startsWith('volume'))).toEqual([]);
    await provider.destroy(another, signal);
    expect(await lab.left()).toEqual([]);
  });

  it('belong to a server before there is one, and go with it also where it was never made', async () => {
    const server = randomUUID();
    await provider.createVolume({ key: server, sizeGb: 1, serverKey: server, clusterId: randomUUID() }, signal);
    expect(await lab.left()).toEqual([`volume ${nameOf(server)}`]);
    await provider.destroy(nameOf(server), signal);
    expect(await lab.left()).toEqual([]);
  });

  it('are kept as snapshots, made once, which go with them', async () => {
    const volume = await provider.createVolume({ key: randomUUID(), sizeGb: 1 }, signal);
    const snapshot = await provider.snapshotVolume?.(volume, 'first', signal);
    expect(await provider.snapshotVolume?.(volume, 'first', signal)).toBe(snapshot);
    await provider.deleteVolumeSnapshot?.(snapshot ?? '', signal);
    await provider.deleteVolumeSnapshot?.(snapshot ?? '', signal);
    expect(await lab.left()).toHaveLength(1);
    await provider.snapshotVolume?.(volume, 'second', signal);
    expect(await lab.left()).toHaveLength(2);
    await provider.deleteVolume?.(volume, signal);
    expect(await lab.left()).toEqual([]);
    // Cinder's driver runs dozens of programs for each, one after the other.
  }, 900_000);

  // Nova's fake driver takes a snapshot and never says what is in it.
  (hasGuests ? it : it.skip)('snapshots are made once, and deleted', async () => {
    const { id } = await provider.create(wishFor(lab), signal);
    await built(provider, id, signal);
    const snapshot = await provider.snapshot(id, 'first', signal);
    expect(await provider.snapshot(id, 'first', signal)).toBe(snapshot);
    await provider.deleteSnapshot?.(snapshot, signal);
    await provider.deleteSnapshot?.(snapshot, signal);
    await provider.destroy(id, signal);
    expect(await lab.left()).toEqual([]);
  });
});
