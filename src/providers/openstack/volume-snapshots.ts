import { DomainError } from '../../errors.js';
import type { Cloud } from './cloud.js';
import { settled } from './destroy.js';
import { tag } from './names.js';
import { Refusal } from './refusal.js';

/** Makes a snapshot of a volume, found again by its name. Returns its id when it can be used. */
export function takeVolumeSnapshot(cloud: Cloud, volume: string, name: string, signal: AbortSignal): Promise<string> {
  const { cinder, turns } = cloud;
  const wanted = `${volume}-${name}`;
  return turns.take(`snapshot ${wanted}`, async () => {
    const of = await cinder.byId(volume, signal);
    if (of === null) throw new Refusal(404, `there is no volume ${volume}`);
    const [there] = (await cinder.snapshots(wanted, signal)).filter((one) => one.volume_id === volume);
    // `force`: also of one that is in use.
    const body = { name: wanted, volume_id: volume, force: true, metadata: whose(of.metadata) };
    const { id } = there ?? (await cinder.createSnapshot(body, signal));
    await settled(signal, async () => {
      const now = await cinder.snapshotById(id, signal);
      if (now === null) throw new DomainError('PROVIDER_FAILED', 'Cinder has lost it while it was made');
      if (now.status.startsWith('error')) throw new DomainError('PROVIDER_FAILED', `Cinder says of it: ${now.status}`);
      return now.status === 'available';
    });
    return id;
  });
}

/** The tags that a snapshot has of its volume. */
const whose = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    [tag.key, tag.cluster, tag.owner].flatMap((key) => {
      const value = metadata[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** Deletes one, and returns when it is gone; one that is gone already is no error. */
export async function dropVolumeSnapshot({ cinder }: Cloud, id: string, signal: AbortSignal): Promise<void> {
  await settled(signal, async () => {
    const found = await cinder.snapshotById(id, signal);
    if (found === null) return true;
    if (found.status === 'available' || found.status.startsWith('error')) await cinder.removeSnapshot(id, signal);
    return false;
  });
}
