import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { apt } from '../../../shell/apt.js';
import { all, sh } from '../../../shell/command.js';
import type { ClusterView } from '../../datastore.js';
import { job, type Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';
import { dropIn } from './service.js';

/** The server, what DTrove needs beside it, and what the datastore names. */
export const packagesOf = (flavour: Flavour, { packages }: ClusterView): readonly string[] => {
  const named = (name: string) => packages.some((word) => word === name || word.startsWith(`${name}=`));
  return [...flavour.packages.filter((name) => !named(name)), ...packages];
};

/** Where AppArmor, where there is one, is told so. */
export const profileOf = ({ server }: Flavour): string => `/etc/apparmor.d/local/usr.sbin.${posix.basename(server)}`;

/** What AppArmor, where Ubuntu has it, lets the server use beside the package's own places. */
const allowed = ({ home }: Layout): string => `${home}/ r,\n${home}/** rwk,\n`;

/**
 * The distribution's packages. What DTrove adds to the unit is there before the unit is, and holds it back until there
 * are data of ours: the package would start a server of its own making. An archive has one version: it is told when it
 * is another.
 */
export function installPackages(flavour: Flavour, layout: Layout, cluster: ClusterView): Step {
  const { server } = flavour;
  const packages = packagesOf(flavour, cluster);
  const isWished = sh`case $(${server} --version) in *" Ver "${cluster.version}.*) ;; *) false ;; esac`;
  const inWords = sh`{ . /etc/os-release; has=$(${server} --version | sed 's/.* Ver \\([^ ]*\\) .*/\\1/'); echo "$PRETTY_NAME has" ${flavour.title} "$has, not the version" ${cluster.version}; exit 1; }`;
  const profile = profileOf(flavour);
  return {
    name: 'install packages',
    check: all(apt.installed(packages), isWished),
    apply: [
      job(
        flavour,
        'packages',
        all(
          sh`mkdir -p ${posix.dirname(layout.dropIn)} && printf %s ${dropIn(flavour, layout)} >${layout.dropIn}`,
          sh`mkdir -p ${posix.dirname(profile)} && printf %s ${allowed(layout)} >${profile}`,
          apt.obtain(packages, '^(mariadb|mysql)-server$'),
          sh`${isWished} || ${inWords}`,
        ),
        0.5,
      ),
    ],
  };
}
