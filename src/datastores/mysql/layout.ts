import { DomainError } from '../../errors.js';
import type { Node } from '../datastore.js';

/** One of the family, as its places depend on it. */
export interface Named {
  readonly id: string;
  readonly title: string;
}

/** Where everything is on one server; absolute paths. The package's own data and settings are left alone. */
export interface Layout {
  readonly unit: string;
  /** What DTrove adds to Debian's unit. */
  readonly dropIn: string;
  readonly conf: string;
  readonly settings: string;
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  /** When the last restart was asked for. */
  readonly restart: string;
  /** The directory that belongs to the server's user, and the data in it. */
  readonly home: string;
  readonly data: string;
  /** What of the cluster's users, and of the primary to follow, was last told to these data: digests. */
  readonly users: string;
  readonly source: string;
  /** What was last told to the running server of its parameters: a digest. */
  readonly parameters: string;
  /** Where a copy of the primary's data stands in its log; gone once the replica knows. MariaDB's only. */
  readonly position: string;
  readonly socket: string;
  readonly pid: string;
  /** Touched before each start, and by nothing else. */
  readonly started: string;
}

/** Below it are the data. */
export const dataRoot = '/var/lib/mysql-dtrove';

/** The user whom both run as. */
export const user = 'mysql';

/** Throws NOT_SUPPORTED for a server without systemd, or one that is neither Debian nor Ubuntu. */
export function layoutOf({ id, title }: Named, { facts }: Pick<Node, 'facts'>): Layout {
  // Where a plan is foreseen, the system is not known yet.
  if (facts.init !== 'systemd' || !['', 'debian', 'ubuntu'].includes(facts.os)) {
    const other = facts.init === 'systemd' ? facts.os : 'one of the provider local';
    throw new DomainError('NOT_SUPPORTED', `${title} needs a server with Debian or Ubuntu, not ${other}`);
  }
  const unit = `${id}.service`;
  const conf = '/etc/mysql/dtrove';
  const home = dataRoot;
  const data = `${home}/data`;
  const run = '/run/mysqld';
  return {
    unit,
    dropIn: `/etc/systemd/system/${unit}.d/dtrove.conf`,
    conf,
    settings: `${conf}/${id}.cnf`,
    certificate: `${conf}/server.crt`,
    key: `${conf}/server.key`,
    ca: `${conf}/ca.crt`,
    restart: `${conf}/restart`,
    home,
    data,
    users: `${data}/dtrove-users`,
    source: `${data}/dtrove-source`,
    parameters: `${home}/dtrove-parameters`,
    position: `${data}/dtrove-position`,
    socket: `${run}/mysqld.sock`,
    pid: `${run}/mysqld.pid`,
    started: `${run}/dtrove-started`,
  };
}
