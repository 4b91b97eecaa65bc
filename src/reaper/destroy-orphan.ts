import type { EntityManager } from 'typeorm';
import { DomainError } from '../errors.js';
import type { Provider } from '../providers/provider.js';
import { claimed, type OrphanRow } from './rows.js';

/** Destroys an orphan at its provider, once more having looked that no row has come to claim it. */
export async function destroyOrphan(
  db: EntityManager,
  provider: Provider,
  { id, key }: OrphanRow,
  signal: AbortSignal,
): Promise<void> {
  if ((await claimed(db, [key])).has(key)) {
    throw new DomainError('CONFLICT', `the server ${id} belongs to the instance ${key}: it is no orphan`);
  }
  await provider.destroy(id, signal);
}
