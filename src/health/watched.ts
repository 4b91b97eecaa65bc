import type { EntityManager } from 'typeorm';
import type { ClusterStatus, InstanceRole, ServerStatus } from '../../schema/enums.js';

/** An instance, as far as health needs it. */
export interface WatchedInstance {
  readonly id: string;
  readonly name: string;
  readonly role: InstanceRole;
  readonly server: string;
  readonly serverStatus: ServerStatus;
  readonly addr: string | null;
  readonly sshPort: number | null;
  /** Whether it has been logged in to. */
  readonly reached: boolean;
  readonly trouble: string;
  readonly datastoreUp: boolean | null;
  readonly datastoreVersion: string | null;
}

/** A cluster that no operation works on, with its servers. */
export interface WatchedCluster {
  readonly id: string;
  readonly provider: string;
  readonly manager: string;
  /** What operations left it in. */
  readonly settled: ClusterStatus;
  /** Another one as soon as an operation has begun, or ended. */
  readonly signature: string;
  readonly instances: readonly WatchedInstance[];
}

const sql = `
  SELECT c.id, c.provider, d.manager, coalesce(c.settled, c.status) AS settled, o.signature, i.instances
    FROM cluster c
    JOIN datastore d ON d.id = c.datastore_id
    CROSS JOIN LATERAL (
      SELECT count(*) || ' ' || coalesce(sum(fence), 0) || ' ' || coalesce(max(finished_at)::text, '') AS signature,
             coalesce(bool_or(status IN ('QUEUED', 'RUNNING', 'WAITING')), false) AS busy
        FROM operation WHERE cluster_id = c.id
    ) o
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object(
               'id', id, 'name', name, 'role', role, 'server', server, 'serverStatus', server_status, 'addr', addr,
               'sshPort', ssh_port, 'reached', host_key IS NOT NULL AND facts IS NOT NULL, 'trouble', trouble,
               'datastoreUp', datastore_up, 'datastoreVersion', datastore_version) ORDER BY id) AS instances
        FROM instance WHERE cluster_id = c.id AND deleted_at IS NULL AND server IS NOT NULL
    ) i
   WHERE c.deleted_at IS NULL AND c.status IN ('ACTIVE', 'DEGRADED', 'ERROR') AND NOT o.busy AND i.instances IS NOT NULL`;

/** All clusters that are to be looked at, or one of them as it is now. */
export const watchedClusters = (db: EntityManager, id: string | null = null): Promise<WatchedCluster[]> =>
  id === null ? db.query<WatchedCluster[]>(sql) : db.query<WatchedCluster[]>(`${sql} AND c.id = $1`, [id]);
