import { sh, type Command } from './command.js';

/** Where a server that lives on keeps what it was like before it was taken. */
export const beforeDir = '/var/lib/dtrove/before';

const packages = `${beforeDir}/packages`;
const manual = `${beforeDir}/manual`;
const users = `${beforeDir}/users`;
const groups = `${beforeDir}/groups`;
const files = `${beforeDir}/files`;

const listPackages = sh`dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' | LC_ALL=C sort -u`;

/** What was on a server before DTrove came, so that it can be made so again. For servers that outlive their cluster. */
export const before = {
  /** Notes it, unless it has been noted already: what came since then is ours. */
  note: (): Command => sh`[ -d ${beforeDir} ] || (umask 077
new=${`${beforeDir}.new`}
rm -rf "$new" && mkdir -p "$new" && cd "$new" || exit 1
{ ${listPackages}; } >packages &&
  apt-mark showmanual | LC_ALL=C sort >manual &&
  getent passwd | cut -d: -f1 | LC_ALL=C sort >users &&
  getent group | cut -d: -f1 | LC_ALL=C sort >groups &&
  find /etc/apt /etc/systemd/system -type f | LC_ALL=C sort >files &&
  mv "$new" ${beforeDir})`,

  /** Check: it has been noted. */
  isKnown: (): Command =>
    sh`[ -d ${beforeDir} ] || { echo ${`there is no ${beforeDir}: what was there before DTrove came is not known`} >&2; false; }`,

  /** Check: the package was installed. */
  hadPackage: (name: string): Command => sh`grep -qsx ${`installed ${name}`} ${packages}`,

  hadUser: (name: string): Command => sh`grep -qsx ${name} ${users}`,

  hadGroup: (name: string): Command => sh`grep -qsx ${name} ${groups}`,

  /** Check: the file was there; known of those below /etc/apt and /etc/systemd/system. */
  hadFile: (path: string): Command => sh`grep -qsx ${path} ${files}`,

  /** The file with a line for each package: its state, and its name; sorted as LC_ALL=C does. */
  packages,

  /** The file with the names of those that somebody had asked for; servers noted by an older DTrove have none. */
  manual,

  /** Prints what `packages` has, of now. */
  listPackages,
};
