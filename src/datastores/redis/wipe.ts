import { posix } from 'node:path';
import type { Step } from '../../plan/step.js';
import type { ClusterView } from '../datastore.js';
import { wipeSteps } from '../wiping.js';
import type { Flavour } from './flavour.js';
import type { Layout } from './layout.js';
import { packagesOf } from './steps/packages.js';

/** Everything that a node of the cluster brought to its server goes. */
export const wipe = ({ id, title }: Flavour, layout: Layout, cluster: ClusterView): Step[] =>
  wipeSteps({
    title,
    job: id,
    units: [layout.unit],
    packages: packagesOf(layout, cluster),
    own: [layout.conf, layout.dropIn, layout.socket, ...dataOf(layout)],
    with: [
      {
        package: layout.server,
        paths: [posix.dirname(layout.conf), layout.data, `/var/log/${id}`, posix.dirname(layout.pid)],
        users: [layout.user],
      },
    ],
  });

/** What it writes where its settings say nothing else; the directory is the package's. */
const dataOf = ({ data }: Layout): string[] => ['appendonlydir', 'dump.rdb'].map((name) => `${data}/${name}`);
