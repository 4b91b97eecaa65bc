import type { Api } from './session.js';
import { segment } from './names.js';
import { OneVolume, Volumes, type Volume } from './shapes.js';

/** A volume in use grows from 3.42 on: Cinder of 2017 and later. */
export const cinderVersion = { 'openstack-api-version': 'volume 3.42' };

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
    const path = `/volumes/detail${name === null ? '' : `?name=${segment(name)}`}`;
    return (await this.api.get(Volumes, path, signal)).volumes;
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

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/volumes/${segment(id)}`, signal);
  }
}
