import type { DataSource } from 'typeorm';
import type { Alarms } from '../backups/schedules/alarms.js';
import type { ManagerRegistry } from '../datastores/index.js';
import type { HostPool } from '../providers/host-pool.js';
import type { Provider } from '../providers/provider.js';
import type { RemotePool } from '../remote/remote.js';
import type { Vault } from '../secrets/vault.js';
import { DomainError } from '../errors.js';

/** What clusters are made with. */
export interface Platform {
  readonly db: DataSource;
  /** The id of this control plane. */
  readonly ownId: string;
  readonly vault: Vault;
  readonly managers: Pick<ManagerRegistry, 'managerOf'>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly defaultProvider: string;
  readonly remotes: RemotePool;
  readonly hosts: HostPool;
  readonly alarms: Alarms;
  readonly sshUser: string;
  readonly maxClusterSize: number;
  /** Absolute. */
  readonly dataDir: string;
}

/** Throws BAD_USER_INPUT, naming those there are. */
export function providerOf({ providers }: Pick<Platform, 'providers'>, id: string): Provider {
  const provider = providers.get(id);
  if (provider !== undefined) return provider;
  throw new DomainError(
    'BAD_USER_INPUT',
    `there is no provider "${id}"; there are: ${[...providers.keys()].join(', ')}`,
    { field: 'provider' },
  );
}
