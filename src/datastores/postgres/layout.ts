import { DomainError } from '../../errors.js';
import type { Node } from '../datastore.js';

/** Where PostgreSQL's files are on one server; absolute paths. */
export interface Layout {
  readonly root: string;
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
  /** Written by each start, and by nothing else: its time is the start's. */
  readonly startedAt: string;
  readonly data: string;
  readonly pid: string;
  /** The SQL that made the roles, as it was last applied to this data. */
  readonly roles: string;
  readonly log: string;
  /** Run at each boot of the server. */
  readonly autostart: string;
  /** When the last restart was asked for. */
  readonly restart: string;
  /** The sockets' directory. */
  readonly run: string;
}

/** Throws NOT_SUPPORTED for servers whose init is systemd. */
export function layoutOf({ facts }: Node): Layout {
  if (facts.init !== 'local') {
    throw new DomainError('NOT_SUPPORTED', `PostgreSQL on servers with ${facts.init} is not supported yet`);
  }
  const root = `${facts.home}/postgresql`;
  const conf = `${root}/conf`;
  const data = `${root}/data`;
  return {
    root,
    conf,
    settings: `${conf}/postgresql.conf`,
    hba: `${conf}/pg_hba.conf`,
    ident: `${conf}/pg_ident.conf`,
    certificate: `${conf}/server.crt`,
    key: `${conf}/server.key`,
    ca: `${conf}/ca.crt`,
    passfile: `${conf}/replication.pgpass`,
    startedAt: `${data}/postmaster.opts`,
    data,
    pid: `${data}/postmaster.pid`,
    roles: `${data}/dtrove-roles.sql`,
    log: `${root}/postgresql.log`,
    autostart: `${facts.home}/autostart/postgresql`,
    restart: `${root}/restart`,
    run: facts.runDir,
  };
}
