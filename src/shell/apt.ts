import { before } from './before.js';
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

// Those of `named` that are installed and were not before; what nobody needs any more when they are gone; and then what
// apt keeps all the same, since it provides what something else has from another (gawk: awk), save kernels. Each of it
// goes only if nothing else goes or comes with it. What is of another architecture is never ours.
// What was there and nobody had asked for, until we did, is marked so again.
const oursAmong = (named: readonly string[]): Command => sh`LC_ALL=C; export LC_ALL
named() {
  for package in ${named}; do
    grep -qx "installed $package" ${before.packages} ||
      dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' "$package" 2>/dev/null | sed -n 's/^installed //p'
  done
}
needless() {
  apt-get -s -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false autoremove |
    sed -n 's/^Remv \\([^ :]*\\) .*/installed \\1/p' | sort | comm -23 - ${before.packages} | cut -d' ' -f2
}
strays() {
  new=$(apt-mark showauto | grep -Ev ':|^linux-|firmware' | sed 's/^/installed /' | sort | comm -23 - ${before.packages} | cut -d' ' -f2)
  strays=
  for package in $new; do
    moved=$(apt-get -s remove $strays "$package" | sed -n 's/^\\(Remv\\|Inst\\) \\([^ ]*\\).*/\\2/p')
    printf '%s\\n' $moved | grep -qvxF "$new" || strays=$moved
  done
  [ -z "$strays" ] || printf '%s\\n' $strays
}
marks() {
  [ -f ${before.manual} ] || return 0
  asked=$(for package in ${named}; do grep -sx "installed $package" ${before.packages}; done | cut -d' ' -f2 | sort -u | comm -23 - ${before.manual})
  [ -z "$asked" ] || apt-mark showmanual $asked
}
halves() {
  { ${before.listPackages}; } | sed -n '/^config-files /p' | comm -23 - ${before.packages} | cut -d' ' -f2
}
manual() { apt-mark showmanual $(named) 2>/dev/null; }`;

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

  /** Check: none of `packages` is left, nor what came with them, save what was there before or somebody else needs. */
  purged: (packages: readonly string[]): Command =>
    sh`(${before.isKnown()} || exit; ${oursAmong(packages)}
[ -z "$(named | grep . && manual)" ] && [ -z "$(needless)" ] && [ -z "$(strays)" ] && [ -z "$(halves)" ] && [ -z "$(marks)" ])`,

  /** Takes them away with their configuration, as {@link apt.purged} has it. Takes its time: wrap it in a detached job. */
  purge: (packages: readonly string[]): Command => sh`(${patiently}
${before.isKnown()} || exit; ${oursAmong(packages)}
half=$(ls /var/lib/dpkg/updates)
[ -z "$half" ] || dpkg --configure -a --force-confdef --force-confold
ours=$(named)
[ -z "$ours" ] || apt-mark auto $ours >/dev/null || exit
gone=$(needless)
[ -z "$gone" ] || patiently apt-get ${options} purge $gone || exit
gone=$(strays)
[ -z "$gone" ] || patiently apt-get ${options} purge $gone || exit
halves=$(halves)
[ -z "$halves" ] || dpkg --purge $halves || exit
marks=$(marks)
[ -z "$marks" ] || apt-mark auto $marks)`,
};
