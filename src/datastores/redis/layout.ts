import { DomainError } from '../../errors.js';
import type { Node } from '../datastore.js';
import type { Flavour } from './flavour.js';

/** Where everything is on one server; absolute paths. */
export interface Layout {
  /** The user whom it runs as, and the owner of all its files. */
  readonly user: string;
  /** Debian's package of the server, its program and its unit without `.service`. */
  readonly server: string;
  readonly cli: string;
  readonly unit: string;
  /** What DTrove adds to Debian's unit. */
  readonly dropIn: string;
  /** The configuration's own directory: the package's own file beside it is left alone. */
  readonly conf: string;
  readonly settings: string;
  readonly users: string;
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  /** When the last restart was asked for. */
  readonly restart: string;
  /** What was last told to the running server of its parameters: a digest. */
  readonly told: string;
  readonly data: string;
  readonly socket: string;
  /** Written by each start, and by nothing else: its time is the start's. */
  readonly pid: string;
}

/** The data's directory, Debian's own. */
export const dataRootOf = ({ id }: Pick<Flavour, 'id'>): string => `/var/lib/${id}`;

/** Throws NOT_SUPPORTED for a server without systemd, or one that is neither Debian nor Ubuntu. */
export function layoutOf({ id, title }: Flavour, { facts }: Pick<Node, 'facts'>): Layout {
  // Where a plan is foreseen, the system is not known yet.
  if (facts.init !== 'systemd' || !['', 'debian', 'ubuntu'].includes(facts.os)) {
    const other = facts.init === 'systemd' ? facts.os : 'one of the provider local';
    throw new DomainError('NOT_SUPPORTED', `${title} needs a server with Debian or Ubuntu, not ${other}`);
  }
  const server = `${id}-server`;
  const unit = `${server}.service`;
  const conf = `/etc/${id}/dtrove`;
  return {
    user: id,
    server,
    cli: `${id}-cli`,
    unit,
    dropIn: `/etc/systemd/system/${unit}.d/dtrove.conf`,
    conf,
    settings: `${conf}/${id}.conf`,
    users: `${conf}/users.acl`,
    certificate: `${conf}/server.crt`,
    key: `${conf}/server.key`,
    ca: `${conf}/ca.crt`,
    restart: `${conf}/restart`,
    told: `${conf}/told`,
    data: dataRootOf({ id }),
    socket: `/run/${id}/dtrove.sock`,
    pid: `/run/${id}/${server}.pid`,
  };
}
