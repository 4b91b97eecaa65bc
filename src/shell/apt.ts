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

const nameOf = (word: string): string => word.split('=', 1)[0] ?? word;

// apt waits for dpkg's lock itself, yet not for those of its lists and archives: there it is run again.
const patiently = sh`export DEBIAN_FRONTEND=noninteractive LC_ALL=C
patience=${lockTimeout}
said=$(mktemp) && trap 'rm -f "$said" "$said.code"' EXIT || exit
begun=$(date +%s)
patiently() {
  while :; do
    { "$@" 2>&1; echo $? >"$said.code"; } | tee "$said"
    read -r code <"$said.code"
    [ "$code" -ne 0 ] && grep -q '^E: Could not get lock' "$said" || return "$code"
    now=$(date +%s)
    [ "$((now - begun))" -lt "$patience" ] || return "$code"
    sleep 2
  done
}`;

/** Debian packages. Installing takes minutes: wrap it in a detached job. */
export const apt = {
  /** Check: each of `packages` is installed, whatever its version. */
  installed: (packages: readonly string[]): Command =>
    sh`found=$(dpkg-query -W -f '\${db:Status-Status}\\n' ${packages.map(nameOf)} 2>/dev/null) && ! printf '%s\\n' "$found" | grep -qvx installed`,

  /** Refreshes the package lists. */
  update: (): Command => sh`DEBIAN_FRONTEND=noninteractive apt-get ${options} update`,

  /** Installs `packages`; a word such as `postgresql-16=16.4-1` pins a version. */
  install: (packages: readonly string[]): Command =>
    sh`DEBIAN_FRONTEND=noninteractive apt-get ${options} --no-install-recommends install ${packages}`,

  /**
   * All of it from whatever state: refreshes the lists, ends what an earlier dpkg left half done, waits for other
   * holders of any lock, installs. Where a package is missing it says so, and what matches `alike` (a regular
   * expression of apt-cache) is offered in its place.
   */
  obtain: (packages: readonly string[], alike: string): Command => sh`(${patiently}
os=$(. /etc/os-release; echo "$PRETTY_NAME") missing=
patiently apt-get ${options} update
for package in ${packages.map(nameOf)}; do
  apt-cache policy "$package" | grep -q 'Candidate: [^(]' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  offered=$(apt-cache search --names-only ${alike} | cut -d' ' -f1 | sort -V | tr '\\n' ' ')
  echo "$os has no package$missing; it offers: \${offered:-nothing of the kind}"
  exit 100
fi
half=$(ls /var/lib/dpkg/updates)
[ -z "$half" ] || dpkg --configure -a --force-confdef --force-confold
patiently apt-get ${options} --no-install-recommends install ${packages})`,
};
