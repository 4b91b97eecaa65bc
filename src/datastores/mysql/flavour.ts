import type { Command } from '../../shell/command.js';
import type { DetachedJob } from '../../shell/detached.js';
import type { Secret } from '../../shell/secret.js';
import type { ClusterView } from '../datastore.js';
import type { Layout } from './layout.js';

/** Where MariaDB and MySQL differ; the rest of the family is the same for both. */
export interface Flavour {
  /** The manager's id; the name of its unit and of its command-line client too. */
  readonly id: 'mariadb' | 'mysql';
  /** As a sentence names it. */
  readonly title: string;
  /** What its versions are to the user: releases of a long life, newest first. */
  readonly versions: readonly string[];
  /** The server's program. */
  readonly server: string;
  /** Debian's package of the server, and what DTrove needs beside it. */
  readonly packages: readonly [string, ...string[]];
  /** Makes the empty data directory `fresh` that only root, over the socket, is let into. Runs as the owner. */
  initialise(layout: Layout, fresh: string): Command;
  /** Makes a copy of the primary's data in `fresh`, reading `input` from stdin. Runs as the owner. */
  copy(cluster: ClusterView, layout: Layout, fresh: string): { readonly command: Command; readonly input: Secret };
  /** Prints a copy of the data on stdout while they are written to. Runs as root. */
  read(layout: Layout): Command;
  /** Takes what `read` printed from stdin into the directory `fresh`. Runs as the owner. */
  receive(fresh: string): Command;
  /** Makes the data in `fresh` consistent, and a primary's. Runs as root. */
  makePrimary(layout: Layout, fresh: string): Command;
  /** Tells whether the server would start on its settings, in its own words. Runs as the owner. */
  readsSettings(layout: Layout): Command;
  /** The cluster's users. Right from any state, and told to every replica by replication. */
  usersSql(cluster: ClusterView): Secret;
  /** Makes a replica follow its primary. Right from any state. */
  followSql(cluster: ClusterView, layout: Layout): Secret;
}

/** A job of the family, told apart on a server that knows both by the flavour. */
export const job = ({ id }: Flavour, name: string, command: Command, hours: number): DetachedJob => ({
  kind: 'detached',
  name: `${id}-${name}`,
  command,
  init: 'systemd',
  timeoutMs: hours * 3_600_000,
});
