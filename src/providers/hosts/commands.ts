import { before } from '../../shell/before.js';
import { sh, type Command } from '../../shell/command.js';

/** Ends the line of a cluster's key in authorized_keys, so that exactly this line can be taken out again. */
const mark = (key: string): string => `dtrove:${key}`;
const anyMark = ' dtrove:[0-9a-f-]*$';

/** One of these at a time on a host; each is run as root. */
const alone = (command: Command): Command => sh`exec 9>/run/dtrove-host.lock && flock 9 || exit 1
${command}`;

// As the user, whose home it is: a link there must not lead root elsewhere. The file is replaced whole.
const rewriteKeys = (user: string, line: string): Command => sh`user=${user} line=${line}
home=$(getent passwd "$user" | cut -d: -f6) && cd / &&
  setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups sh -c ${
    sh`umask 077; cd "$1" && mkdir -p .ssh && file=$(readlink -f .ssh/authorized_keys) || exit
[ -e "$file" ] || [ -z "$2" ] || : >"$file"
[ -e "$file" ] || exit 0
new=$(mktemp "$file.XXXXXX") && chmod --reference="$file" "$new" || exit
{ grep -v ${anyMark} "$file"; [ -z "$2" ] || printf '%s\\n' "$2"; } >"$new"
mv -f "$new" "$file"`.text
  } sh "$home" "$line"`;

/** Names the instance that has the host, also to another control plane that it is registered with. */
const owner = '/var/lib/dtrove/owner';

/** Notes what is there before anything of ours is, and lets the cluster's key in, and no other cluster's. */
export function takeOver(user: string, key: string, authorizedKey: string): Command {
  const [kind = '', body = ''] = authorizedKey.split(' ');
  return alone(sh`key=${key} owner=${owner}
if [ -e "$owner" ] && [ "$(cat "$owner")" != "$key" ]; then
  echo "it is in use already, or was never given back: $owner names $(cat "$owner")" >&2
  exit 1
fi
{ ${before.note()}; } && echo "$key" >"$owner" && { ${rewriteKeys(user, `${kind} ${body} ${mark(key)}`)}; }`);
}

/** The same for a host that nobody has: nothing of ours stays. */
export const freshen = (user: string): Command => letGo(user, true);

/** Takes the cluster's key out, and what detached jobs left. What was noted stays where somebody has to wipe it yet. */
export const letGo = (user: string, clean: boolean): Command =>
  alone(sh`{ ${rewriteKeys(user, '')}; } || exit
for unit in $(systemctl list-units --all --plain --no-legend 'dtrove-*' | cut -d' ' -f1); do
  [ "$(systemctl show -p Transient --value "$unit")" != yes ] || systemctl stop "$unit"
  systemctl reset-failed "$unit" 2>/dev/null
done
clean=${clean ? 'yes' : 'no'}
[ "$clean" = no ] || rm -rf /var/lib/dtrove
rm -f /run/dtrove-*.output /run/dtrove-*.stdin /run/dtrove-*.lock`);
