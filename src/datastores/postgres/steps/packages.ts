import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { apt } from '../../../shell/apt.js';
import { all, sh } from '../../../shell/command.js';
import type { DetachedJob } from '../../../shell/detached.js';
import type { ClusterView } from '../../datastore.js';

const serverPackages = '^postgresql-[0-9]+$';
const key = '/usr/share/postgresql-common/pgdg/apt.postgresql.org.asc';
/** Keeps Debian's tools from making a cluster of their own. */
export const createCluster = '/etc/postgresql-common/createcluster.d/dtrove.conf';
export const sources = '/etc/apt/sources.list.d/pgdg.sources';

const job = (name: string, command: DetachedJob['command']): DetachedJob => ({
  kind: 'detached',
  name,
  command,
  init: 'systemd',
  timeoutMs: 30 * 60_000,
});

/** The server of the wished version, and what the datastore names beside it. */
export const packagesOf = ({ version, packages }: ClusterView): readonly string[] => {
  const server = `postgresql-${version}`;
  const named = packages.some((word) => word === server || word.startsWith(`${server}=`));
  return named ? packages : [server, ...packages];
};

/** Debian's packages, without the cluster `main` that they would make and start. */
export function installPackages(cluster: ClusterView): Step {
  const packages = packagesOf(cluster);
  return {
    name: 'install packages',
    check: apt.installed(packages),
    apply: [
      job(
        'postgresql-packages',
        all(
          sh`mkdir -p ${posix.dirname(createCluster)} && echo 'create_main_cluster = false' >${createCluster}`,
          apt.obtain(packages, serverPackages),
        ),
      ),
    ],
  };
}

/** The archive of PostgreSQL's own project. Its key comes with a package of the distribution, so apt is all it takes. */
export function addRepository(): Step {
  const text = sh`. /etc/os-release && printf '%s\\n' 'Types: deb' 'URIs: https://apt.postgresql.org/pub/repos/apt' "Suites: $VERSION_CODENAME-pgdg" 'Components: main' ${`Signed-By: ${key}`}`;
  return {
    name: 'add the repository of PostgreSQL',
    check: sh`have=$(cat ${sources} 2>/dev/null) want=$(${text}); [ -f ${key} ] && [ "$have" = "$want" ]`,
    apply: [
      job('postgresql-repository', apt.obtain(['postgresql-common', 'ca-certificates'], '^postgresql-common$')),
      sh`(${text}) >${sources}`,
    ],
  };
}
