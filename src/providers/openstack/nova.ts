import { z } from 'zod';
import { unless, type Api } from './session.js';
import { prefix, segment } from './names.js';
import {
  Actions,
  Flavors,
  Groups,
  Image,
  MadeGroup,
  MadeServer,
  OneAction,
  OneServer,
  Servers,
  type NovaServer,
} from './shapes.js';

/** Tags at creation need 2.52, the one policy of a server group 2.64: Nova of 2018 and later. */
export const novaVersion = { 'openstack-api-version': 'compute 2.64' };

/** Of 2021 and later: says why an action failed. */
export const novaOfDetails = { 'openstack-api-version': 'compute 2.84' };

const page = 1000;

/** Nova's API, as far as we use it. */
export class Nova {
  constructor(
    private readonly api: Api,
    /** The same service, asked in a version that not every cloud has. */
    private readonly newer: Api,
  ) {}

  /** The servers of a name. Nova takes it for a pattern, and does not keep names unique. */
  named(name: string, signal: AbortSignal): Promise<NovaServer[]> {
    return this.pages(`name=${segment(`^${name}$`)}`, signal);
  }

  /** A server with its fault, which lists leave out. */
  async byId(id: string, signal: AbortSignal): Promise<NovaServer | null> {
    return (await this.api.find(OneServer, `/servers/${segment(id)}`, signal))?.server ?? null;
  }

  /** All servers that may be ours, by their names. */
  all(signal: AbortSignal): Promise<NovaServer[]> {
    return this.pages(`name=${segment(`^${prefix}`)}`, signal);
  }

  private async pages(query: string, signal: AbortSignal): Promise<NovaServer[]> {
    const found: NovaServer[] = [];
    for (let marker = ''; ;) {
      const path = `/servers/detail?${query}&limit=${page}${marker === '' ? '' : `&marker=${marker}`}`;
      const { servers, servers_links: links } = await this.api.get(Servers, path, signal);
      found.push(...servers);
      marker = servers.at(-1)?.id ?? '';
      if (marker === '' || !links.some(({ rel }) => rel === 'next')) return found;
    }
  }

  async flavors(signal: AbortSignal): Promise<z.output<typeof Flavors>['flavors']> {
    return (await this.api.get(Flavors, '/flavors/detail', signal)).flavors;
  }

  /** Asks for a server. Not repeatable: whoever gets no answer looks for it by its name. */
  async create(body: object, signal: AbortSignal): Promise<string> {
    return (await this.api.post(MadeServer, '/servers', body, signal)).server.id;
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/servers/${segment(id)}`, signal);
  }

  async act(id: string, action: object, signal: AbortSignal): Promise<void> {
    await this.api.act('POST', `/servers/${segment(id)}/action`, action, signal);
  }

  /** Makes an image of a server; its id. */
  async createImage(id: string, createImage: object, signal: AbortSignal): Promise<string> {
    const shape = z.object({ image_id: Image.shape.id });
    return (await this.api.post(shape, `/servers/${segment(id)}/action`, { createImage }, signal)).image_id;
  }

  async attach(id: string, volumeId: string, signal: AbortSignal): Promise<void> {
    await this.api.act(
      'POST',
      `/servers/${segment(id)}/os-volume_attachments`,
      { volumeAttachment: { volumeId } },
      signal,
    );
  }

  /** What was done with a server, the newest first. */
  async actions(id: string, signal: AbortSignal): Promise<z.output<typeof Actions>['instanceActions']> {
    return (await this.api.get(Actions, `/servers/${segment(id)}/os-instance-actions`, signal)).instanceActions;
  }

  /** What became of an action, in words where this Nova has them. */
  async events(id: string, request: string, signal: AbortSignal) {
    const path = `/servers/${segment(id)}/os-instance-actions/${segment(request)}`;
    return (await this.newer.get(OneAction, path, signal).catch(unless(406)))?.instanceAction.events ?? [];
  }

  async groups(signal: AbortSignal): Promise<z.output<typeof Groups>['server_groups']> {
    return (await this.api.get(Groups, `/os-server-groups?limit=${page}`, signal)).server_groups;
  }

  async createGroup(name: string, policy: string, signal: AbortSignal): Promise<string> {
    const body = { server_group: { name, policy } };
    return (await this.api.post(MadeGroup, '/os-server-groups', body, signal)).server_group.id;
  }

  async removeGroup(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/os-server-groups/${segment(id)}`, signal);
  }
}
