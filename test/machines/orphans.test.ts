import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Provider, ServerWish } from '../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../src/remote/keys.js';
import { OrphansDocument, ReapOrphanDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { succeed } from '../support/clusters.js';
import { Fleet } from '../support/fleet.js';
import { until } from '../support/until.js';
import { onMachines, openLab, type Lab } from './support/lab.js';

const { signal } = new AbortController();
const ttlSeconds = 20;

onMachines('what bears the tag of this control plane on Incus and belongs to no row', () => {
  let lab: Lab;
  let fleet: Fleet;
  let provider: Provider;
  let api: Api;
  let ownId: string;

  const orphans = async () => (await api.get(OrphansDocument, {})).orphans;

  /** What a creation leaves behind whose answer was lost: a server with a volume. */
  async function make(owner: string) {
    const wish: ServerWish = {
      key: randomUUID(),
      name: 'lost-1',
      clusterId: randomUUID(),
      owner,
      flavor: 'tiny',
      image: 'debian-12',
      user: 'dtrove',
      authorizedKey: createKeyPair('the cluster').publicKey,
      hostKey: createHostKey(),
    };
    const server = (await provider.create(wish, signal)).id;
    const volume = await provider.createVolume({ key: randomUUID(), sizeGb: 1 }, signal);
    await provider.attachVolume(server, volume, signal);
    return { ...wish, server, volume };
  }

  beforeAll(async () => {
    lab = await openLab();
    provider = await lab.provider();
    fleet = await Fleet.begin({
      ...lab.env,
      DTROVE_PROVIDERS: 'incus',
      DTROVE_REAPER_SECONDS: '1',
      DTROVE_ORPHAN_SECONDS: String(ttlSeconds),
    });
    const [front] = await Promise.all([fleet.start('api'), fleet.start('worker')]);
    api = await front.api();
    ownId = (await fleet.sql<{ id: string }>('SELECT id FROM control_plane'))[0]?.id ?? '';
  });

  afterAll(async () => {
    await api.close();
    await fleet.end();
    await lab.close();
  });

  it('is found with its volume, by the api too, and removed when it is asked for, or when its time is over', async () => {
    const [made, others] = [await make(ownId), await make(randomUUID())];
    const lone = await provider.createVolume(
      { key: randomUUID(), sizeGb: 1, serverKey: randomUUID(), clusterId: randomUUID(), owner: ownId },
      signal,
    );
    const found = await until('all of it is found', async () => {
      const now = await orphans();
      return now.length === 3 ? now : null;
    });
    const { key: instanceId, clusterId } = made;
    const ours = { provider: 'incus', instanceId, clusterId };
    expect([...found].sort((a, b) => a.kind.localeCompare(b.kind) || (a.id === lone ? 1 : -1))).toMatchObject([
      { ...ours, kind: 'SERVER', id: made.server },
      { ...ours, kind: 'VOLUME', id: made.volume, serverStatus: null },
      { provider: 'incus', kind: 'VOLUME', id: lone, message: 'no server has it' },
    ]);
    for (const { firstSeenAt, reapAt } of found)
      expect(Date.parse(reapAt ?? '') - Date.parse(firstSeenAt)).toBe(ttlSeconds * 1000);

    const { reapOrphan } = await api.get(ReapOrphanDocument, { provider: 'incus', id: made.server });
    await succeed(api, reapOrphan.id);
    // Its volume went with it.
    expect(await lab.left()).not.toContain(made.volume);
    await until('the reaper has been', async () => (await orphans()).length === 0, 60_000);
    // What another control plane made is none of ours.
    expect([...(await lab.left())].sort()).toEqual([others.server, others.volume].sort());
  });
});
