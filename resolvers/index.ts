import { BackupScheduleResolver } from './backup-schedule.resolver.js';
import { BackupStoreResolver } from './backup-store.resolver.js';
import { BackupResolver } from './backup.resolver.js';
import { ClusterResolver } from './cluster.resolver.js';
import { ConfigurationResolver } from './configuration.resolver.js';
import { ClusterConfigurationResolver } from './cluster-configuration.resolver.js';
import { DatastoreResolver } from './datastore.resolver.js';
import { ExportResolver } from './export.resolver.js';
import { HostResolver } from './host.resolver.js';
import { InstanceResolver } from './instance.resolver.js';
import { OrphanResolver } from './orphan.resolver.js';
import { ProviderResolver } from './provider.resolver.js';
import { OperationResolver, OperationStepResolver } from './operation.resolver.js';
import { UploadResolver } from './upload.resolver.js';

/** Every resolver class of the API. */
export const resolvers = [
  BackupResolver,
  BackupScheduleResolver,
  BackupStoreResolver,
  ClusterResolver,
  ClusterConfigurationResolver,
  ConfigurationResolver,
  DatastoreResolver,
  ExportResolver,
  HostResolver,
  InstanceResolver,
  OperationResolver,
  OperationStepResolver,
  OrphanResolver,
  ProviderResolver,
  UploadResolver,
] as const;
