import { DomainError } from '../../errors.js';
import type { Flavor } from '../provider.js';

/** The table that is offered unless DTROVE_INCUS_FLAVORS says otherwise: name:cpus/memory in MiB/disk in GiB. */
export const defaultFlavors = 'small:1/1024/10,medium:2/4096/40,large:4/16384/160';

const shape = /^([a-z0-9][a-z0-9._-]{0,62}):([1-9]\d{0,3})\/([1-9]\d{0,7})\/([1-9]\d{0,6})$/i;

/** Reads `small:1/1024/10,…`; the first is the default. What is wrong, in words, where it cannot be read. */
export function parseFlavors(table: string): readonly [Flavor, ...Flavor[]] | string {
  const flavors: Flavor[] = [];
  for (const entry of table.split(',').map((part) => part.trim())) {
    const [, name = '', cpus, memoryMb, diskGb] = shape.exec(entry) ?? [];
    if (name === '') return `is a list such as ${defaultFlavors}; ${JSON.stringify(entry)} is no entry of one`;
    if (flavors.some((flavor) => flavor.name === name)) return `has two flavors ${name}`;
    flavors.push({ name, cpus: Number(cpus), memoryMb: Number(memoryMb), diskGb: Number(diskGb) });
  }
  return flavors as [Flavor, ...Flavor[]];
}

/** The flavor of that name. Throws BAD_USER_INPUT on `flavor`, naming those there are. */
export function flavorNamed(flavors: readonly Flavor[], name: string): Flavor {
  const found = flavors.find((flavor) => flavor.name === name);
  if (found) return found;
  const names = flavors.map((flavor) => flavor.name).join(', ');
  throw new DomainError('BAD_USER_INPUT', `there is no flavor ${name} here; there is: ${names}`, { field: 'flavor' });
}
