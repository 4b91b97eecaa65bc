import type { Distribution } from '../../db/embedded/distribution.js';
import type { ServiceUser } from '../../db/embedded/service-user.js';
import type { ProviderEnvironment } from '../provider.js';

/** What the provider's parts stand on. */
export interface Ground {
  /** Real path of the directory of all servers, one directory each. */
  readonly servers: string;
  /** Whom their processes run as; null: ourselves. */
  readonly user: ServiceUser | null;
  readonly ports: readonly [number, number];
  readonly pg: Distribution;
  /** Directory of `psql` and `pg_basebackup`. */
  readonly tools: string;
  /** Directory of PostgreSQL's own client programs, which the embedded one lacks; empty: not told. */
  readonly clients: string;
  readonly log: ProviderEnvironment['log'];
}
