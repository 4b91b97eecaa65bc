import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { apt } from '../../../shell/apt.js';
import { all, sh } from '../../../shell/command.js';
import type { ClusterView } from '../../datastore.js';
import type { Layout } from '../layout.js';
import { dropIn } from './service.js';

/** The server, and what the datastore names beside it. */
export const packagesOf = ({ server }: Layout, { packages }: ClusterView): readonly string[] => {
  const named = packages.some((word) => word === server || word.startsWith(`${server}=`));
  return named ? packages : [server, ...packages];
};

/**
 * Debian's packages. What DTrove adds to the unit is there before the unit is, and holds it back until there is a
 * configuration: Debian would start a server of its own making. An archive has one version: it is told when it is another.
 */
export function installPackages(layout: Layout, cluster: ClusterView): Step {
  const { server, user } = layout;
  const packages = packagesOf(layout, cluster);
  const isWished = sh`case $(${server} --version) in *v=${cluster.version}.*) ;; *) false ;; esac`;
  const inWords = sh`{ . /etc/os-release; has=$(${server} --version | cut -d' ' -f1-3); echo "$PRETTY_NAME has $has, not the version" ${cluster.version}; exit 1; }`;
  return {
    name: 'install packages',
    check: all(apt.installed(packages), isWished),
    apply: [
      {
        kind: 'detached',
        name: `${user}-packages`,
        command: all(
          sh`mkdir -p ${posix.dirname(layout.dropIn)} && printf %s ${dropIn(layout)} >${layout.dropIn}`,
          apt.obtain(packages, `^(redis|valkey)-server$`),
          sh`${isWished} || ${inWords}`,
        ),
        init: 'systemd',
        timeoutMs: 30 * 60_000,
      },
    ],
  };
}
