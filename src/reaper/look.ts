import type { DataSource } from 'typeorm';
import { DomainError } from '../errors.js';
import type { Provider, Server } from '../providers/provider.js';
import { withDeadline } from '../remote/deadline.js';
import { claimed, recordOrphans } from './rows.js';

/** How long a provider may take to answer, in milliseconds. */
const patience = 20_000;

/** Asks a provider, which may hang and heed no signal. */
export const ask = <T>(provider: Provider, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const expired = () =>
    new DomainError('UNAVAILABLE', `the provider ${provider.id} did not answer within ${patience / 1000} s`);
  return withDeadline(undefined, patience, expired, work);
};

/** Finds what bears our tag at a provider and belongs to no row. Returns all servers that it has. */
export async function lookFor(db: DataSource, provider: Provider, ownId: string): Promise<readonly Server[]> {
  // The servers first: a row is always older than the server that is made for it.
  const servers = await ask(provider, (signal) => provider.list(signal));
  const known = await claimed(
    db,
    servers.map(({ key }) => key),
  );
  const orphans = servers
    .filter(({ key, state, owner }) => !known.has(key) && state !== 'DELETED' && (owner ?? ownId) === ownId)
    // One of an earlier version bears no control plane's tag: it may be another's.
    .map((server) => ({ ...server, ours: server.owner === ownId }));
  await db.transaction((tx) => recordOrphans(tx, provider.id, orphans));
  return servers;
}
