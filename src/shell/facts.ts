import { sh, type Command } from './command.js';

/** What one round trip tells of a server. `local` is the init of the local provider's servers: no systemd, no packages. */
export interface ServerFacts {
  readonly init: 'local' | 'systemd';
  /** `ID` of /etc/os-release, such as `debian`; on macOS `darwin`. */
  readonly os: string;
  readonly osVersion: string;
  /** As people call it, such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly osName: string;
  /** What installs packages there, such as `apt`; `none` where nothing does. */
  readonly packageManager: string;
  readonly cpus: number;
  readonly memoryMb: number;
  /** GiB of the file system that the data will lie on. */
  readonly diskGb: number;
  /** The login user's home directory, absolute. */
  readonly home: string;
  /** A directory for sockets, short enough for a socket's path. */
  readonly runDir: string;
}

/** Asks a server for its facts: one round trip, in what the shells of Linux and macOS share. Read by {@link parseFacts}. */
export const gatherFacts = (): Command => sh`
if [ "$DTROVE_INIT" = local ]; then init=local run=$DTROVE_RUN_DIR
elif [ -d /run/systemd/system ]; then init=systemd run=/run
else init=unknown run=/run; fi
packages=none
[ "$init" = local ] || for tool in apt-get dnf yum zypper apk pacman; do
  if command -v "$tool" >/dev/null; then packages=\${tool%-get}; break; fi
done
if [ "$(uname -s)" = Darwin ]; then
  os=darwin version=$(sw_vers -productVersion) name="macOS $version" bytes=$(sysctl -n hw.memsize)
  memory=$((bytes / 1048576))
else
  os=$(. /etc/os-release && echo "$ID") version=$(. /etc/os-release && echo "$VERSION_ID")
  name=$(. /etc/os-release && echo "$PRETTY_NAME")
  memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
fi
home=$HOME
[ -z "$SUDO_USER" ] || home=$(getent passwd "$SUDO_USER" | cut -d: -f6)
place=/var/lib
[ "$init" != local ] || place=$HOME
until [ -d "$place" ]; do place=$(dirname "$place"); done
disk=$(df -Pk "$place" | awk 'NR == 2 { print int($2 / 1048576) }')
printf '%s\\n' "init=$init" "os=$os" "osVersion=$version" "osName=$name" "packageManager=$packages" "cpus=$(getconf _NPROCESSORS_ONLN)" "memoryMb=$memory" "diskGb=$disk" "home=$home" "runDir=$run"
`;

/** Reads what {@link gatherFacts} printed. Throws an Error that names the fact which is missing or makes no sense. */
export function parseFacts(stdout: string): ServerFacts {
  const facts = new Map(
    stdout.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  const fact = (name: string, shape: RegExp): string => {
    const value = facts.get(name) ?? '';
    if (!shape.test(value))
      throw new Error(`the server's ${name} is ${JSON.stringify(value)}, which DTrove cannot use`);
    return value;
  };
  return {
    init: fact('init', /^(local|systemd)$/) as ServerFacts['init'],
    os: fact('os', /./),
    // Rolling releases have none.
    osVersion: fact('osVersion', /^/),
    osName: fact('osName', /^/),
    packageManager: fact('packageManager', /./),
    cpus: Number(fact('cpus', /^[1-9]\d*$/)),
    memoryMb: Number(fact('memoryMb', /^[1-9]\d*$/)),
    diskGb: Number(fact('diskGb', /^\d+$/)),
    home: fact('home', /^\//),
    runDir: fact('runDir', /^\//),
  };
}

const served = ['debian', 'ubuntu'];

/** Why no datastore can be installed on a server that answered this; null where one can, or where that cannot be known. */
export function refusesSystem(stdout: string): string | null {
  const fact = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  const init = fact('init');
  if (init !== 'systemd' && init !== 'unknown') return null;
  const os = fact('osName') || fact('os') || 'an unknown system';
  const needs = 'a datastore needs Debian or Ubuntu, with systemd and apt: choose another image or server';
  if (init === 'unknown') return `the server runs ${os} without systemd; ${needs}`;
  if (!served.includes(fact('os'))) return `the server runs ${os}; ${needs}`;
  return fact('packageManager') === 'apt' ? null : `the server runs ${os} without apt; ${needs}`;
}
