import { createHash } from 'node:crypto';
import type { ClusterView, Node } from '../datastore.js';
import type { Template } from '../templates.js';
import { layoutOf } from './layout.js';
import { primaryOf } from '../nodes.js';
import { slotOf } from './slot.js';
import { conninfo, passfileField } from './quoting.js';
import { Settings } from './settings.js';
import { sizeOf } from './size.js';

/** How `node` reaches its primary for replication: over TLS, verified, its password in the passfile. */
export function primaryConninfo(cluster: ClusterView, node: Node): string {
  const { addr, port } = primaryOf(cluster);
  const { passfile, ca } = layoutOf(cluster, node);
  return conninfo({
    host: addr,
    port,
    user: cluster.replication.username,
    passfile,
    sslmode: 'verify-ca',
    sslrootcert: ca,
    application_name: slotOf(node),
  });
}

/** Stands for a text of settings. */
export const markOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** postgresql.conf of one node, as its template has it: what {@link markOf} stands for. */
export function settingsText(template: Template, cluster: ClusterView, node: Node): string {
  return template({
    name: node.name,
    version: cluster.version,
    facts: node.facts,
    paths: layoutOf(cluster, node),
    port: node.port,
    // Nothing else: where it is not there yet at boot, the start fails and is tried again, rather than be half a start.
    listen: node.addr,
    // Without systemd everything runs as one user, who alone may use the socket.
    socketMode: node.facts.init === 'local' ? '0700' : '0777',
    size: sizeOf(node.facts),
    primary: node.role === 'REPLICA' ? { conninfo: primaryConninfo(cluster, node), slot: slotOf(node) } : null,
    parameters: Object.entries(Settings.parse(cluster.settings ?? {}).parameters),
  });
}

/** The same with its own mark, by which a server tells which file it has read. */
export function markedText(template: Template, cluster: ClusterView, node: Node): string {
  const text = settingsText(template, cluster, node);
  return `${text}${text.endsWith('\n') ? '' : '\n'}dtrove.settings = '${markOf(text)}'\n`;
}

/** pg_hba.conf: over the network TLS and SCRAM and never the superuser; on the socket the superuser, by ident map. */
export const hbaText = ({ replication }: ClusterView): string => `\
# Written by DTrove. There is no plain "host" line: a connection without TLS is refused.
local all postgres peer map=dtrove
local replication postgres peer map=dtrove
hostssl all postgres all reject
hostssl replication ${replication.username} all scram-sha-256
hostssl all all all scram-sha-256
`;

/** pg_ident.conf on a server of its own: root runs DTrove's commands, and `postgres` is whom Debian's tools run as. */
export const identText = 'dtrove root postgres\ndtrove postgres postgres\n';

/** The passfile of the replication user; the address is left open, since the primary may change. */
export const passfileText = ({ replication }: ClusterView): string =>
  `*:*:*:${passfileField(replication.username)}:${passfileField(replication.password.reveal())}\n`;
