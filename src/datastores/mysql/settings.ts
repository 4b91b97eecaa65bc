import { z } from 'zod';

// Whoever sets these decides who gets in, where the data lie, whether a write that was acknowledged is kept, or whether
// the cluster holds together: DTrove does.
const ours = [
  'admin_address',
  'admin_port',
  'authentication_policy',
  'basedir',
  'bind_address',
  'binlog_do_db',
  'binlog_expire_logs_seconds',
  'binlog_format',
  'binlog_ignore_db',
  'chroot',
  'clone_valid_donor_list',
  'daemonize',
  'datadir',
  'enforce_gtid_consistency',
  'expire_logs_days',
  'extra_port',
  'init_connect',
  'init_file',
  'innodb_data_home_dir',
  'innodb_doublewrite',
  'innodb_fast_shutdown',
  'innodb_flush_log_at_trx_commit',
  'innodb_force_recovery',
  'innodb_log_group_home_dir',
  'innodb_read_only',
  'innodb_undo_directory',
  'local_infile',
  'log_bin',
  'log_bin_index',
  'log_error',
  'log_replica_updates',
  'log_slave_updates',
  'master_retry_count',
  'offline_mode',
  'partial_revokes',
  'pid_file',
  'plugin_dir',
  'plugin_load',
  'plugin_load_add',
  'port',
  'proxy_protocol_networks',
  'read_only',
  'relay_log',
  'relay_log_index',
  'relay_log_recovery',
  'require_secure_transport',
  'secure_file_priv',
  'server_id',
  'socket',
  'super_read_only',
  'symbolic_links',
  'sync_binlog',
  'tls_version',
  'unix_socket',
  'user',
];

const prefixes = [
  'caching_sha2_password_',
  'disable_',
  'enable_',
  'gtid_',
  'init_replica',
  'init_slave',
  'loose_',
  'maximum_',
  'minimum_',
  'mysqlx',
  'replicate_',
  'report_',
  'rpl_semi_sync_',
  'skip_',
  'ssl',
  'wsrep_',
];

// The server takes a beginning of a name for the name.
const isOurs = (name: string): boolean =>
  ours.some((known) => known.startsWith(name)) || prefixes.some((prefix) => name.startsWith(prefix));

const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a parameter name is lower-case letters, digits and underscores')
  .refine((name) => !isOurs(name), 'this parameter is set by DTrove itself');

/**
 * What a user may set: whether the primary waits, at each commit, until a replica has it too (while one is connected),
 * and parameters of the option file, save those that DTrove itself sets.
 */
export const Settings = z.strictObject({
  semiSync: z.boolean().default(false),
  parameters: z.record(Parameter, z.union([z.string(), z.number(), z.boolean()])).default({}),
});
