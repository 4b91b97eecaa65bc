import type { Backups } from './backups/backups.js';
import type { Clusters } from './clusters/clusters.js';
import type { Loaders } from './clusters/loaders.js';
import type { Configurations } from './configurations/configurations.js';
import type { Watching } from './clusters/watch.js';
import type { Exports } from './exports/use-cases.js';
import type { HostPoolUseCases } from './hosts/use-cases.js';
import type { Orphans } from './reaper/orphans.js';
import type { Operations } from './operations/operations.js';

/** Who asks. There is one kind so far: the administrator, who bears the token. */
export interface Viewer {
  readonly role: 'admin';
  /** Names the token, for whoever asks later who did what. */
  readonly name: string;
}

/** What every resolver is given. */
export interface Context {
  /** Null: no token, or a wrong one. */
  readonly viewer: Viewer | null;
  readonly backups: Backups;
  readonly clusters: Clusters;
  readonly configurations: Configurations;
  readonly operations: Operations;
  readonly hosts: HostPoolUseCases;
  readonly exports: Exports;
  readonly orphans: Orphans;
  readonly watching: Watching;
  readonly loaders: Loaders;
  /** What links to this API begin with. */
  readonly baseUrl: string;
  /** When this was asked: what an answer says in several fields is of one moment. */
  readonly askedAt: Date;
  /** Ends the connection of a subscriber that does not read. */
  readonly cutOff: () => void;
}

/** The same, of somebody who is known. */
export type Services = Omit<Context, 'viewer' | 'loaders' | 'cutOff' | 'baseUrl' | 'askedAt'>;
