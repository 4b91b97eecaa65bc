import { DomainError, messageOf } from '../errors.js';
import type { Remote } from '../remote/remote.js';
import { sh, type Command } from '../shell/command.js';
import { beforeDir } from '../shell/before.js';
import { wrong } from './wish.js';

/** What a host tells of itself when it is registered. */
export interface Survey {
  readonly os: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly machineId: string | null;
  /** Something of DTrove's is on it still. */
  readonly unclean: boolean;
}

/** One round trip, as root. The disk is the one that databases lie on. */
const survey = (): Command => sh`echo dtrove-survey
[ ! -r /etc/os-release ] || . /etc/os-release
printf '%s\\n' "uid=$(id -u)" "os=$ID" "version=$VERSION_ID" "title=$PRETTY_NAME" "kernel=$(uname -s)"
[ ! -d /run/systemd/system ] || echo init=systemd
! command -v apt-get >/dev/null || echo apt=yes
! command -v setpriv >/dev/null || echo setpriv=yes
echo "cpus=$(getconf _NPROCESSORS_ONLN)"
memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
disk=$(df -Pk /var/lib | awk 'NR == 2 { print int($2 / 1048576) }')
printf '%s\\n' "memoryMb=$memory" "diskGb=$disk"
echo "machineId=$(cat /etc/machine-id 2>/dev/null)"
echo "addresses=$(ip -o addr 2>/dev/null | awk '{ sub("/.*", "", $4); print $4 }' | tr '\\n' ' ')"
[ ! -e ${beforeDir} ] || echo unclean=yes`;

const isAuthentication = ({ cause }: DomainError): boolean =>
  (cause as { level?: unknown } | undefined)?.level === 'client-authentication';

/** Logs in and looks. Throws NOT_SUPPORTED, BAD_USER_INPUT or REMOTE_UNREACHABLE with the field of the input that is wrong. */
export async function surveyHost(
  remote: Remote,
  { address, user, signal }: { address: string; user: string; signal: AbortSignal },
): Promise<Survey> {
  const { code, stdout, stderr } = await remote.run(survey(), { signal, timeoutMs: 20_000 }).catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
    if (isAuthentication(error)) {
      throw wrong('privateKey', `${address} does not let ${user} in with this key (${messageOf(error.cause)})`);
    }
    const { code: why, message, retryable } = error;
    throw new DomainError(why, `address: ${message}`, { field: 'address', retryable });
  });
  const told = new Map(
    stdout.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '').trim()]),
  );
  const says = (name: string): string => told.get(name) ?? '';
  if (!stdout.startsWith('dtrove-survey\n') || says('uid') !== '0') {
    const words = (stderr.trim() || stdout.trim() || `exit ${code}`).slice(-300);
    throw refused(
      'user',
      `${user} cannot become root on ${address}: ${words}. Commands are run by DTROVE_PREFIX, else by sudo -n: allow sudo without a password, or log in as root`,
    );
  }
  assertSystem(says, address);
  return {
    os: `${says('os')}-${says('version')}`.replace(/-$/, ''),
    cpus: Number(says('cpus')) || 1,
    memoryMb: Number(says('memoryMb')) || 1,
    diskGb: Math.max(1, Number(says('diskGb')) || 1),
    machineId: /^[0-9a-f]{32}$/.test(says('machineId')) ? says('machineId') : null,
    unclean: says('unclean') === 'yes',
  };
}

function assertSystem(says: (name: string) => string, address: string): void {
  const title = says('title') || says('os') || says('kernel') || 'something else';
  if (!['debian', 'ubuntu'].includes(says('os'))) {
    throw refused('address', `${address} runs ${title}: a host needs Debian or Ubuntu`);
  }
  for (const [what, name] of [
    ['init', 'systemd'],
    ['apt', 'apt-get'],
    ['setpriv', 'setpriv'],
  ] as const) {
    if (says(what) === '') throw refused('address', `${address} (${title}) has no ${name}, which DTrove works with`);
  }
  const own = says('addresses')
    .split(' ')
    .filter((text) => text !== '');
  if (own.length === 0 || own.includes(address)) return;
  throw refused(
    'address',
    `${address} is no address of the host itself, which has ${own.join(', ')}: its database could not listen there`,
  );
}

const refused = (field: string, words: string): DomainError =>
  new DomainError('NOT_SUPPORTED', `${field}: ${words}`, { field });
