import { userData } from '../cloud-init.js';
import type { ServerWish } from '../provider.js';
import { nameOf, tag } from './names.js';
import type { OpenStackSettings } from './settings.js';

/** What a server is made from, by OpenStack's ids. */
export interface Parts {
  readonly flavor: string;
  readonly image: string;
  readonly port: string;
  readonly address: string | null;
  /** Null: none. */
  readonly group: string | null;
}

/** The body of the request that makes a server. */
export function serverRequest(
  wish: ServerWish,
  { flavor, image, port, address, group }: Parts,
  { zone, bootVolumeGb }: Pick<OpenStackSettings, 'zone' | 'bootVolumeGb'>,
): object {
  const volume = {
    boot_index: 0,
    source_type: 'image',
    destination_type: 'volume',
    uuid: image,
    volume_size: bootVolumeGb,
    delete_on_termination: true,
  };
  return {
    server: {
      name: nameOf(wish.key),
      description: `DTrove: ${wish.name}`,
      flavorRef: flavor,
      ...(bootVolumeGb === 0 ? { imageRef: image } : { block_device_mapping_v2: [volume] }),
      networks: [{ port }],
      metadata: {
        ...{ [tag.key]: wish.key, [tag.cluster]: wish.clusterId, [tag.name]: wish.name },
        ...(wish.owner === undefined ? {} : { [tag.owner]: wish.owner }),
        ...(address === null ? {} : { [tag.address]: address }),
      },
      tags: ['dtrove', nameOf(wish.key)],
      user_data: Buffer.from(userData(wish)).toString('base64'),
      ...(zone === '' ? {} : { availability_zone: zone }),
    },
    ...(group === null ? {} : { 'os:scheduler_hints': { group } }),
  };
}
