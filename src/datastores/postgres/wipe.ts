import { posix } from 'node:path';
import type { Step } from '../../plan/step.js';
import type { ClusterView, Node } from '../datastore.js';
import { wipeSteps } from '../wiping.js';
import { layoutOf, unitOf } from './layout.js';
import { Settings } from './settings.js';
import { createCluster, packagesOf, sources } from './steps/packages.js';
import { dropInOf } from './steps/service.js';

/** Everything that a node of the cluster brought to its server goes. A server of `local` is gone with its directory. */
export function wipe(cluster: ClusterView, node: Node): Step[] {
  if (node.facts.init === 'local') return [];
  const { conf, data, log, restart } = layoutOf(cluster, node);
  const { repository } = Settings.parse(cluster.settings ?? {});
  return wipeSteps({
    title: 'PostgreSQL',
    job: 'postgresql',
    units: [unitOf(cluster)],
    packages: ['postgresql-common', ...(repository === 'pgdg' ? ['ca-certificates'] : []), ...packagesOf(cluster)],
    own: [conf, data, `${data}.new`, restart, log, createCluster, dropInOf(cluster)],
    sources: [sources],
    with: [
      { package: 'ssl-cert', paths: [], users: ['ssl-cert'] },
      { package: `postgresql-${cluster.version}`, paths: [posix.dirname(conf), posix.dirname(data)], users: [] },
      {
        package: 'postgresql-common',
        paths: [
          '/etc/postgresql',
          '/etc/postgresql-common',
          '/var/lib/postgresql',
          '/var/log/postgresql',
          '/run/postgresql',
        ],
        users: ['postgres'],
      },
    ],
  });
}
