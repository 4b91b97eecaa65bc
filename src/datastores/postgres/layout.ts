import { DomainError } from '../../errors.js';
import type { ClusterView, Node } from '../datastore.js';

/** Where PostgreSQL's files are on one server; absolute paths. */
export interface Layout {
  /** Put before the name of each of PostgreSQL's programs; empty where they are in the PATH. */
  readonly bin: string;
  /** The configuration's own directory, apart from the data: what `pg_ctl -D` is given. */
  readonly conf: string;
  readonly settings: string;
  readonly hba: string;
  readonly ident: string;
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  /** Password file of the replication user; only on replicas. */
  readonly passfile: string;
  readonly data: string;
  /** Written by each start, and by nothing else: its time is the start's. */
  readonly startedAt: string;
  readonly pid: string;
  /** The SQL that made the roles, as it was last applied to this data. */
  readonly roles: string;
  readonly log: string;
  /** When the last restart was asked for. */
  readonly restart: string;
  /** The sockets' directory. */
  readonly run: string;
}

/** Of a cluster, what its files depend on. */
export type Versioned = Pick<ClusterView, 'version'>;

/** Throws NOT_SUPPORTED for a server with systemd that is neither Debian nor Ubuntu. */
export function layoutOf({ version }: Versioned, { facts }: Node): Layout {
  if (facts.init === 'local') return local(facts);
  // Where a plan is foreseen, the system is not known yet.
  if (!['', 'debian', 'ubuntu'].includes(facts.os)) {
    throw new DomainError('NOT_SUPPORTED', `PostgreSQL needs a server with Debian or Ubuntu, not ${facts.os}`);
  }
  return debian(version);
}

/** A cluster's name to Debian's tools. Not `main`: one of that name is somebody else's, and is left alone. */
const name = 'dtrove';

/** Debian's unit of the cluster. */
export const unitOf = ({ version }: Versioned): string => `postgresql@${version}-${name}.service`;

/** Below it are the data on a Debian or an Ubuntu. */
export const dataRoot = '/var/lib/postgresql';

function debian(version: string): Layout {
  const data = `${dataRoot}/${version}/${name}`;
  return {
    bin: `/usr/lib/postgresql/${version}/bin/`,
    ...configuration(`/etc/postgresql/${version}/${name}`),
    ...database(data),
    log: `/var/log/postgresql/postgresql-${version}-${name}.log`,
    restart: `${data}.restart`,
    run: '/run/postgresql',
  };
}

function local({ home, runDir }: Node['facts']): Layout {
  const root = `${home}/postgresql`;
  return {
    bin: '',
    ...configuration(`${root}/conf`),
    ...database(`${root}/data`),
    log: `${root}/postgresql.log`,
    restart: `${root}/restart`,
    run: runDir,
  };
}

const configuration = (conf: string) => ({
  conf,
  settings: `${conf}/postgresql.conf`,
  hba: `${conf}/pg_hba.conf`,
  ident: `${conf}/pg_ident.conf`,
  certificate: `${conf}/server.crt`,
  key: `${conf}/server.key`,
  ca: `${conf}/ca.crt`,
  passfile: `${conf}/replication.pgpass`,
});

const database = (data: string) => ({
  data,
  startedAt: `${data}/postmaster.opts`,
  pid: `${data}/postmaster.pid`,
  roles: `${data}/dtrove-roles.sql`,
});
