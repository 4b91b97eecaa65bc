import { z } from 'zod';

// Whoever sets these decides who gets in, where the data lies or whether the cluster holds together: DTrove does.
const ours = new Set([
  'cluster_name',
  'config_file',
  'data_directory',
  'external_pid_file',
  'fsync',
  'full_page_writes',
  'hba_file',
  'hot_standby',
  'ident_file',
  'include',
  'include_dir',
  'include_if_exists',
  'listen_addresses',
  'max_replication_slots',
  'max_wal_senders',
  'password_encryption',
  'port',
  'primary_conninfo',
  'primary_slot_name',
  'ssl',
  'unix_socket_directories',
  'unix_socket_permissions',
  'update_process_title',
  'wal_level',
]);

const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/, 'a parameter name is lower-case letters, digits and underscores')
  .refine((name) => !ours.has(name) && !name.startsWith('ssl_'), 'this parameter is set by DTrove itself');

/**
 * What a user may set for a PostgreSQL cluster: parameters of postgresql.conf, save those that DTrove itself sets, and
 * where packages come from: the server's own distribution, or `pgdg`, the archive of PostgreSQL's project.
 */
export const Settings = z.strictObject({
  parameters: z.record(Parameter, z.union([z.string(), z.number(), z.boolean()])).default({}),
  repository: z.literal('pgdg').optional(),
});

export type Settings = z.infer<typeof Settings>;
