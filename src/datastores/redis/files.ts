import { createHash, createHmac } from 'node:crypto';
import { Secret } from '../../shell/secret.js';
import type { ClusterView, Node } from '../datastore.js';
import type { Template } from '../templates.js';
import type { Layout } from './layout.js';
import { primaryOf } from '../nodes.js';
import { Settings } from './settings.js';
import { maxmemoryOf } from './size.js';

/** The configuration file of one node; a replica's holds the replication user's password. */
export function settingsText(template: Template, cluster: ClusterView, node: Node, paths: Layout): string {
  const { username, password } = cluster.replication;
  const primary = node.role === 'REPLICA' ? primaryOf(cluster) : null;
  return template({
    name: node.name,
    version: cluster.version,
    facts: node.facts,
    paths,
    // Nothing else: where it is not there yet at boot, the start fails and is tried again, rather than be half a start.
    listen: node.addr,
    port: node.port,
    maxmemory: maxmemoryOf(node.facts),
    primary: primary && { addr: primary.addr, port: primary.port, username, password: password.reveal() },
    parameters: Object.entries(Settings.parse(cluster.settings ?? {}).parameters),
  });
}

/**
 * Who may do what. The administrator has all the data, yet neither the server nor its users, and cannot read the
 * settings, which hold a password. Replicas authenticate as the replication user, and DTrove to ask how it is and to copy.
 * Parameters are set by a user of their own.
 */
export const usersText = ({ admin, replication }: ClusterView, node: Node): string => `\
user default off resetpass resetkeys resetchannels -@all
user ${admin.username} on ${hash(admin.password)} ~* &* +@all -@admin +client +latency +slowlog
user ${replication.username} on ${hash(replication.password)} resetkeys resetchannels -@all +psync +sync +replconf +ping +info
user ${controlUser} on ${hash(controlPassword(node))} resetkeys resetchannels -@all +config|set
`;

/** Who sets parameters while the server runs: DTrove, over the socket. */
export const controlUser = 'dtrove';

/** Of each server its own: who knows that of a replica cannot change the primary. */
export const controlPassword = ({ tls }: Pick<Node, 'tls'>): Secret =>
  new Secret(createHmac('sha256', tls.key.reveal()).update('dtrove control').digest('base64url'));

const hash = (password: Secret): string => `#${createHash('sha256').update(password.reveal()).digest('hex')}`;
