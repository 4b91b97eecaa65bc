import type { Cluster, Created } from './cluster.js';
import { DemoFailure } from './failure.js';

export type Endpoint = Cluster['endpoints'][number];
export type Credentials = Created['credentials'];

/** The one endpoint that takes writes. */
export function primaryOf({ endpoints }: Cluster): Endpoint {
  const primary = endpoints.find(({ role }) => role === 'PRIMARY');
  if (primary === undefined) throw new DemoFailure('the cluster shows no endpoint of a primary');
  return primary;
}

export const replicasOf = ({ endpoints }: Cluster): readonly Endpoint[] =>
  endpoints.filter(({ role }) => role === 'REPLICA');

export const databaseOf = ({ database }: Credentials): string => database ?? 'postgres';

/** What psql and every driver take: user and password included, TLS required. */
export function connectionString({ host, port }: Endpoint, credentials: Credentials): string {
  const [user, password, database] = [credentials.username, credentials.password, databaseOf(credentials)].map(
    encodeURIComponent,
  );
  const address = host.includes(':') ? `[${host}]` : host;
  return `postgresql://${user ?? ''}:${password ?? ''}@${address}:${port}/${database ?? ''}?sslmode=require`;
}
