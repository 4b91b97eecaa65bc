/**
 * How the control plane's own server runs: small, safe, reachable from this machine only. Given on the command line,
 * so that a new version of ours brings its settings along.
 */
export const settings = (port: number): readonly string[] =>
  Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '60',
    superuser_reserved_connections: '3',
    shared_buffers: '16MB',
    wal_buffers: '512kB',
    work_mem: '2MB',
    maintenance_work_mem: '16MB',
    temp_buffers: '1MB',
    jit: 'off',
    huge_pages: 'off',
    max_wal_size: '96MB',
    min_wal_size: '32MB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_replication_slots: '0',
    max_logical_replication_workers: '0',
    max_parallel_workers: '0',
    max_parallel_workers_per_gather: '0',
    max_worker_processes: '1',
    autovacuum_max_workers: '1',
    checkpoint_timeout: '15min',
    log_checkpoints: 'off',
    // Above ERROR: what our own statements fail with is told by those who sent them.
    log_min_messages: 'log',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
