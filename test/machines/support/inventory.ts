import type { Remote } from '../../../src/remote/remote.js';
import { sh } from '../../../src/shell/command.js';

/** What lives by itself on a server, or is only a cache or a backup of apt, dpkg and systemd. */
const restless = [
  '/var/cache',
  '/var/log',
  '/var/tmp',
  '/var/lib/apt',
  '/var/lib/cloud',
  '/var/lib/dpkg',
  '/var/lib/systemd',
  '/var/lib/ucf',
  '/etc/ld.so.cache',
  '/etc/group-',
  '/etc/gshadow-',
  '/etc/passwd-',
  '/etc/shadow-',
  '/etc/subgid-',
  '/etc/subuid-',
];

const prunes = restless.slice(1).flatMap((path) => ['-o', '-path', path]);
const named = ['(', '-path', restless[0] ?? '', ...prunes, ')', '-prune'];

// The lab's image has no documentation, which dpkg notices when the last package that has some goes.
const documentation = ['-path', '/usr/share/man', '-o', '-path', '/usr/share/doc'];
const undocumented = ['(', '-name', '__pycache__', '-o', ...documentation, ')'];

/** Everything that is on a server: packages, users, files with their sums, units and processes, a line for each. */
export async function inventoryOf(remote: Remote): Promise<string[]> {
  // A process whose name is in brackets is one of systemd's or udev's, of a moment.
  const { stdout, stderr, code } = await remote.run(
    sh`export LC_ALL=C
dpkg-query -W -f 'package \${Package} \${db:Status-Status}\\n'
apt-mark showmanual | sed 's/^/manual /'
getent passwd | sed 's/^/user /'
getent group | sed 's/^/group /'
find /etc /usr/local /var /opt /srv /root /home -xdev ${named} -o -type f -print0 | xargs -0 md5sum | sed 's/^/file /'
find /etc /usr/local /var /opt /srv /root /home -xdev ${named} -o ! -type f -printf 'other %y %m %u %g %p %l\\n'
find /usr -xdev -path /usr/local -prune -o ${undocumented} -prune -o -printf 'usr %y %m %p\\n'
find /run -name '*dtrove*' -printf 'run %p\\n'
systemctl list-units --all --plain --no-legend '*dtrove*' | sed 's/^/unit /'
ps -eo user=,comm= | grep -Ev ' (sh|ps|grep|sort|uniq|sed|sudo|bash|sshd.*|systemd.*|[(].*[)]|agetty|udevadm|.*dtrove.*|kworker.*)$' | sort -u | sed 's/^/process /'`,
    { timeoutMs: 120_000 },
  );
  // The first of it is cut off where it is more than a Remote keeps.
  if (code === 0 && stdout.length > 1_000_000) throw new Error('more than can be told');
  if (code !== 0) throw new Error(`cannot take stock: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** What two inventories differ in: `- ` gone, `+ ` new. */
export function differences(then: readonly string[], now: readonly string[]): string[] {
  const [before, after] = [new Set(then), new Set(now)];
  return [
    ...then.filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}
