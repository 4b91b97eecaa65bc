import { DomainError } from '../../errors.js';
import type { HostCapacity } from '../host-pool.js';
import type { Flavor } from '../provider.js';

/** The flavor that every host fits. */
export const any = 'any';

type Size = Omit<HostCapacity, 'tags'>;

/** What a flavor asks of a host. */
export interface Wanted extends Size {
  readonly tag: string | null;
}

const smallest = (sizes: readonly Size[]): Size => ({
  cpus: Math.min(...sizes.map(({ cpus }) => cpus)),
  memoryMb: Math.min(...sizes.map(({ memoryMb }) => memoryMb)),
  diskGb: Math.min(...sizes.map(({ diskGb }) => diskGb)),
});

const memory = (mb: number): string => (mb < 1024 ? `${mb}mb` : `${Math.round(mb / 1024)}gb`);

/** Such as `2cpu-4gb-20gb`: machines that differ by a few megabytes are of one flavor. */
const sizeName = ({ cpus, memoryMb, diskGb }: Size): string => `${cpus}cpu-${memory(memoryMb)}-${diskGb}gb`;

const nameOf = (size: string, tag: string | null): string => (tag === null ? size : `${size}@${tag}`);

/** What the pool offers: `any`, one flavor for each size that it has, and each of them for each tag, as `any@ssd`. */
export function flavorsOf(pool: readonly HostCapacity[]): Flavor[] {
  const tags = [...new Set(pool.flatMap((host) => host.tags))].sort();
  return [null, ...tags].flatMap((tag) => {
    const hosts = pool.filter((host) => tag === null || host.tags.includes(tag));
    const sizes = [...new Set(hosts.map(sizeName))];
    const all = hosts.length === 0 ? { cpus: 1, memoryMb: 512, diskGb: 1 } : smallest(hosts);
    return [
      { name: nameOf(any, tag), ...all },
      ...sizes.map((size) => ({
        name: nameOf(size, tag),
        ...smallest(hosts.filter((host) => sizeName(host) === size)),
      })),
    ];
  });
}

const shape = /^(?:any|(\d+)cpu-(\d+)(mb|gb)-(\d+)gb)(?:@(.+))?$/;

/** What a flavor asks of a host: whatever the pool has just now. Throws BAD_USER_INPUT for what is no flavor of hosts. */
export function wantedBy(pool: readonly HostCapacity[], flavor: string): Wanted {
  const found = shape.exec(flavor);
  if (found !== null) {
    const [, cpus = 0, memory = 0, unit, diskGb = 0, tag = null] = found;
    // Gigabytes in a name are rounded.
    const memoryMb = unit === 'gb' ? Number(memory) * 1024 - 512 : Number(memory);
    return { cpus: Number(cpus), memoryMb, diskGb: Number(diskGb), tag };
  }
  const names = flavorsOf(pool).map(({ name }) => name);
  throw new DomainError('BAD_USER_INPUT', `hosts has no flavor "${flavor}"; it has: ${names.join(', ')}`, {
    field: 'flavor',
  });
}
