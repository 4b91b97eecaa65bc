import { posix } from 'node:path';
import type { Step } from '../../plan/step.js';
import type { ClusterView } from '../datastore.js';
import { wipeSteps } from '../wiping.js';
import { copiesUnit, copiesUnitFile } from './copies.js';
import type { Flavour } from './flavour.js';
import { user, type Layout } from './layout.js';
import { packagesOf, profileOf } from './steps/packages.js';

/** Everything that a node of the cluster brought to its server goes. */
export function wipe(flavour: Flavour, layout: Layout, cluster: ClusterView): Step[] {
  const { id, title, packages } = flavour;
  const [server] = packages;
  const copies = id === 'mariadb';
  return wipeSteps({
    title,
    job: id,
    units: [...(copies ? [copiesUnit] : []), layout.unit],
    packages: packagesOf(flavour, cluster),
    own: [
      ...[layout.conf, layout.home, layout.dropIn, layout.started, profileOf(flavour)],
      ...(copies ? [copiesUnitFile, `/etc/systemd/system/multi-user.target.wants/${copiesUnit}`] : []),
    ],
    with: [
      { package: 'mysql-common', paths: [posix.dirname(layout.conf)], users: [] },
      {
        package: server,
        paths: [
          '/var/lib/mysql',
          '/var/lib/mysql-files',
          '/var/lib/mysql-keyring',
          '/var/lib/mysql-upgrade',
          '/var/log/mysql',
          '/run/mysqld',
        ],
        users: [user],
      },
    ],
  });
}
