import { totalmem } from 'node:os';
import { DomainError } from '../../errors.js';
import type { Flavor } from '../provider.js';

const table: readonly [Flavor, ...Flavor[]] = [
  { name: 'small', cpus: 1, memoryMb: 1024, diskGb: 10 },
  { name: 'medium', cpus: 2, memoryMb: 4096, diskGb: 40 },
  { name: 'large', cpus: 4, memoryMb: 16_384, diskGb: 160 },
];

/** What this machine can hold. A flavor says how big a database may make itself; nothing fences it in. */
export function localFlavors(): readonly Flavor[] {
  const [smallest, ...bigger] = table;
  return [smallest, ...bigger.filter(({ memoryMb }) => memoryMb * 1024 * 1024 <= totalmem())];
}

export const defaultFlavor = table[0].name;

/** Throws BAD_USER_INPUT on `flavor`, naming those there are. */
export function assertFlavor(name: string): void {
  const names = localFlavors().map((flavor) => flavor.name);
  if (names.includes(name)) return;
  throw new DomainError('BAD_USER_INPUT', `there is no flavor ${name} here; there is: ${names.join(', ')}`, {
    field: 'flavor',
  });
}
