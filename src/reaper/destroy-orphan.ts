import type { EntityManager } from 'typeorm';
import { DomainError } from '../errors.js';
import type { Provider } from '../providers/provider.js';
import { claimant, living, type OrphanRow } from './rows.js';

/** What an orphan is called in a sentence. */
export const called = ({ kind, id }: Pick<OrphanRow, 'kind' | 'id'>): string =>
  `${kind.toLowerCase().replaceAll('_', ' ')} ${id}`;

/** Destroys an orphan at its provider, once more having looked that no row has come to claim it. */
export async function destroyOrphan(
  db: EntityManager,
  provider: Provider,
  orphan: OrphanRow,
  signal: AbortSignal,
): Promise<void> {
  const { kind, id, key, cluster_id: clusterId } = orphan;
  const madeFor = claimant({ key, clusterId });
  if ((await living(db, [madeFor])).has(madeFor)) {
    const what = `${key === null ? 'cluster' : 'instance'} ${madeFor}`;
    throw new DomainError('CONFLICT', `the ${called(orphan)} belongs to the ${what}: it is no orphan`);
  }
  if (kind === 'SERVER') await provider.destroy(id, signal);
  else await provider.removeLeftover?.(kind, id, signal);
}
