import { sh, type Command } from './command.js';

/** What one round trip tells of a server. `local` is the init of the local provider's servers: no systemd, no packages. */
export interface ServerFacts {
  readonly init: 'local' | 'systemd';
  /** `ID` of /etc/os-release, such as `debian`; on macOS `darwin`. */
  readonly os: string;
  readonly osVersion: string;
  readonly cpus: number;
  readonly memoryMb: number;
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
if [ "$(uname -s)" = Darwin ]; then
  os=darwin version=$(sw_vers -productVersion) bytes=$(sysctl -n hw.memsize)
  memory=$((bytes / 1048576))
else
  os=$(. /etc/os-release && echo "$ID") version=$(. /etc/os-release && echo "$VERSION_ID")
  memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
fi
home=$HOME
[ -z "$SUDO_USER" ] || home=$(getent passwd "$SUDO_USER" | cut -d: -f6)
printf '%s\\n' "init=$init" "os=$os" "osVersion=$version" "cpus=$(getconf _NPROCESSORS_ONLN)" "memoryMb=$memory" "home=$home" "runDir=$run"
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
    cpus: Number(fact('cpus', /^[1-9]\d*$/)),
    memoryMb: Number(fact('memoryMb', /^[1-9]\d*$/)),
    home: fact('home', /^\//),
    runDir: fact('runDir', /^\//),
  };
}
