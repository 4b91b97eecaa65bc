import { sh, type Command } from './command.js';

/** Seconds that apt waits for another holder of dpkg's lock, such as a fresh machine's unattended upgrade. */
const lockTimeout = 600;

// The two Dpkg options keep a configuration file of ours without asking.
const options = [
  '-q',
  '-y',
  '-o',
  `DPkg::Lock::Timeout=${String(lockTimeout)}`,
  '-o',
  'Dpkg::Options::=--force-confdef',
  '-o',
  'Dpkg::Options::=--force-confold',
];

/** Debian packages. Installing takes minutes: wrap it in a detached job. */
export const apt = {
  /** Check: each of `packages` is installed, whatever its version. */
  installed: (packages: readonly string[]): Command =>
    sh`found=$(dpkg-query -W -f '\${db:Status-Status}\\n' ${packages} 2>/dev/null) && ! printf '%s\\n' "$found" | grep -qvx installed`,

  /** Refreshes the package lists. */
  update: (): Command => sh`DEBIAN_FRONTEND=noninteractive apt-get ${options} update`,

  /** Installs `packages`; a word such as `postgresql-16=16.4-1` pins a version. */
  install: (packages: readonly string[]): Command =>
    sh`DEBIAN_FRONTEND=noninteractive apt-get ${options} --no-install-recommends install ${packages}`,
};
