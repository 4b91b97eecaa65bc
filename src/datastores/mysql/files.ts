import { createHash } from 'node:crypto';
import type { ClusterView, Node } from '../datastore.js';
import type { Template } from '../templates.js';
import type { Layout } from './layout.js';
import { Settings } from './settings.js';
import { sizeOf } from './size.js';

/** The option file of one node. It holds no secret. */
export function settingsText(template: Template, cluster: ClusterView, node: Node, paths: Layout): string {
  const { semiSync, parameters } = Settings.parse(cluster.settings ?? {});
  return template({
    name: node.name,
    version: cluster.version,
    facts: node.facts,
    paths,
    // Nothing else: where it is not there yet at boot, the start fails and is tried again, rather than be half a start.
    listen: node.addr,
    port: node.port,
    serverId: serverIdOf(node),
    replica: node.role === 'REPLICA',
    semiSync,
    size: sizeOf(node.facts),
    parameters: Object.entries(parameters),
  });
}

/** A node's number among those of its cluster: from 1 to 2^32 - 1, the same for ever. */
export const serverIdOf = ({ id }: Pick<Node, 'id'>): number =>
  (createHash('sha256').update(id).digest().readUInt32BE(0) % 0xffff_ffff) + 1;
