import type { DataSource } from 'typeorm';
import { DomainError } from '../errors.js';
import type { Leftover, Provider, Server } from '../providers/provider.js';
import { withDeadline } from '../remote/deadline.js';
import { claimant, living, recordOrphans, type Found } from './rows.js';

/** How long a provider may take to answer, in milliseconds. */
const patience = 20_000;

/** Asks a provider, which may hang and heed no signal. */
export const ask = <T>(provider: Provider, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const expired = () =>
    new DomainError('UNAVAILABLE', `the provider ${provider.id} did not answer within ${patience / 1000} s`);
  return withDeadline(undefined, patience, expired, work);
};

/** Whether it bears another's tag. What an earlier version made bears none: it is shown, and may be another's. */
const isForeign = ({ owner }: Pick<Server, 'owner'>, ownId: string): boolean => owner !== undefined && owner !== ownId;

const serverFound = (server: Server, ownId: string): Found => ({
  kind: 'SERVER',
  id: server.id,
  key: server.key,
  clusterId: server.clusterId,
  status: server.state,
  message: server.message,
  ours: server.owner === ownId,
});

const leftoverFound = ({ owner, ...leftover }: Leftover, ownId: string): Found => ({
  ...leftover,
  status: null,
  ours: owner === ownId,
});

/** Finds what bears our tag at a provider and belongs to no row. */
export async function lookFor(db: DataSource, provider: Provider, ownId: string): Promise<void> {
  // The provider first: a row is always older than what is made for it.
  const [servers, others] = await ask(provider, (signal) =>
    Promise.all([provider.list(signal), provider.leftovers?.(signal) ?? []]),
  );
  const found = [
    ...servers.filter((one) => one.state !== 'DELETED' && !isForeign(one, ownId)).map((one) => serverFound(one, ownId)),
    ...others.filter((one) => !isForeign(one, ownId)).map((one) => leftoverFound(one, ownId)),
  ];
  const claimed = await living(db, [...new Set(found.map(claimant))]);
  const orphans = found.filter((one) => !claimed.has(claimant(one)));
  await db.transaction((tx) => recordOrphans(tx, provider.id, orphans));
}
