import type { Api } from './session.js';
import { segment } from './names.js';
import { OneVolume, OneVolumeSnapshot, Volumes, VolumeSnapshots, type Volume, type VolumeSnapshot } from './shapes.js';

/** A volume in use grows from 3.42 on: Cinder of 2017 and later. */
export const cinderVersion = { 'openstack-api-version': 'volume 3.42' };

const page = 1000;

/** Cinder's API, as far as we use it. */
export class Cinder {
  constructor(private readonly api: Api) {}

  offered(signal: AbortSignal): Promise<boolean> {
    return this.api.offered(signal);
  }

  async byId(id: string, signal: AbortSignal): Promise<Volume | null> {
    return (await this.api.find(OneVolume, `/volumes/${segment(id)}`, signal))?.volume ?? null;
  }

  /** All volumes; those of a name where one is given. */
  async volumes(name: string | null, signal: AbortSignal): Promise<Volume[]> {
    const query = name === null ? '' : `name=${segment(name)}&`;
    const found: Volume[] = [];
    for (let marker = ''; ;) {
      const path = `/volumes/detail?${query}limit=${page}${marker === '' ? '' : `&marker=${marker}`}`;
      const { volumes, volumes_links: links } = await this.api.get(Volumes, path, signal);
      found.push(...volumes);
      marker = volumes.at(-1)?.id ?? '';
      if (marker === '' || !links.some(({ rel }) => rel === 'next')) return found;
    }
  }

  async create(volume: object, signal: AbortSignal): Promise<Volume> {
    return (await this.api.post(OneVolume, '/volumes', { volume }, signal)).volume;
  }

  async label(id: string, metadata: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    await this.api.act('POST', `/volumes/${segment(id)}/metadata`, { metadata }, signal);
  }

  async extend(id: string, sizeGb: number, signal: AbortSignal): Promise<void> {
    await this.api.act('POST', `/volumes/${segment(id)}/action`, { 'os-extend': { new_size: sizeGb } }, signal);
  }

  /** Deletes a volume, and its snapshots with it. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/volumes/${segment(id)}?cascade=true`, signal);
  }

  async snapshotById(id: string, signal: AbortSignal): Promise<VolumeSnapshot | null> {
    return (await this.api.find(OneVolumeSnapshot, `/snapshots/${segment(id)}`, signal))?.snapshot ?? null;
  }

  /** The snapshots of a name. */
  async snapshots(name: string, signal: AbortSignal): Promise<VolumeSnapshot[]> {
    const path = `/snapshots/detail?name=${segment(name)}`;
    return (await this.api.get(VolumeSnapshots, path, signal)).snapshots;
  }

  async createSnapshot(snapshot: object, signal: AbortSignal): Promise<VolumeSnapshot> {
    return (await this.api.post(OneVolumeSnapshot, '/snapshots', { snapshot }, signal)).snapshot;
  }

  async removeSnapshot(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/snapshots/${segment(id)}`, signal);
  }
}
