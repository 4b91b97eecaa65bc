import { BackupSchedule } from './backup-schedule.js';
import { BackupStore } from './backup-store.js';
import { Backup } from './backup.js';
import { Cluster } from './cluster.js';
import { Configuration, ConfigurationVersion } from './configuration.js';
import { Datastore } from './datastore.js';
import { Export } from './export.js';
import { Host } from './host.js';
import { Instance } from './instance.js';
import { Key } from './key.js';
import { OperationStep } from './operation-step.js';
import { Operation } from './operation.js';
import { StoredSecret } from './stored-secret.js';
import { Upload } from './upload.js';

/** Everything that TypeORM keeps. */
export const entities = [
  Backup,
  BackupSchedule,
  BackupStore,
  Cluster,
  Configuration,
  ConfigurationVersion,
  Datastore,
  Export,
  Host,
  Instance,
  Key,
  Operation,
  OperationStep,
  StoredSecret,
  Upload,
];
