import { Init1763800000000 } from './1763800000000-init.js';
import { Hosts1763900000000 } from './1763900000000-hosts.js';
import { ClusterSettings1763910000000 } from './1763910000000-cluster-settings.js';
import { Perform1763910000001 } from './1763910000001-perform.js';
import { Health1763910000002 } from './1763910000002-health.js';
import { Orphans1763920000000 } from './1763920000000-orphans.js';
import { Leftovers1764000000000 } from './1764000000000-leftovers.js';
import { Volumes1764020000000 } from './1764020000000-volumes.js';
import { Backups1764030000000 } from './1764030000000-backups.js';
import { BackupSchedules1764030000001 } from './1764030000001-backup-schedules.js';
import { Throwaway1764030000002 } from './1764030000002-throwaway.js';
import { Configurations1764040000000 } from './1764040000000-configurations.js';
import { Exports1764050000000 } from './1764050000000-exports.js';

/** Oldest first. A migration that has landed is never edited; the next change is a new one. */
export const migrations = [
  Init1763800000000,
  Hosts1763900000000,
  ClusterSettings1763910000000,
  Perform1763910000001,
  Health1763910000002,
  Orphans1763920000000,
  Leftovers1764000000000,
  Volumes1764020000000,
  Backups1764030000000,
  BackupSchedules1764030000001,
  Throwaway1764030000002,
  Configurations1764040000000,
  Exports1764050000000,
];
