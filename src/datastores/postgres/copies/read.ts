import type { Step } from '../../../plan/step.js';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import type { Backing, ClusterView, Node } from '../../datastore.js';
import { hbaText } from '../files.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';
import { psql } from '../sql.js';

/** A base backup over the replication protocol, from the socket: the whole as one archive with the log that it needs. */
export const backing = (cluster: ClusterView, node: Node): Backing => ({
  steps: [letCopy(cluster, node)],
  // The small program of `local` compresses nothing.
  ...(node.facts.init === 'local'
    ? { read: asOwner(node, copy(cluster, node)) }
    : { read: asOwner(node, keepingLog(cluster, node)), compressed: true }),
});

/** Clusters that are older than backups let nobody replicate over the socket. Takes hold without a restart. */
function letCopy(cluster: ClusterView, node: Node): Step {
  const { hba } = layoutOf(cluster, node);
  const text = hbaText(cluster);
  const ask = psql(cluster, node);
  return {
    name: 'let copies of the data be made',
    check: file.matches(hba, text),
    apply: [
      asOwner(node, file.write(hba, text, { mode: 0o600 })),
      withStdin(
        sh`sql=$(cat)
loaded() { echo 'SELECT pg_conf_load_time()' | ${ask}; }
before=$(loaded) && printf '%s\\n' "$sql" | ${ask} >/dev/null || exit
tries=0
until [ "$(loaded)" != "$before" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo 'PostgreSQL does not read its settings again' >&2; exit 1; }
  sleep 0.1
done`,
        'SELECT pg_reload_conf()',
      ),
    ],
  };
}

function copy(cluster: ClusterView, node: Node, more: readonly string[] = []): Command {
  const { bin, run } = layoutOf(cluster, node);
  return sh`${`${bin}pg_basebackup`} -h ${run} -p ${node.port} -U postgres -D - -Ft -X fetch -c fast -w ${more}`;
}

/**
 * Without a slot the log of a long copy may be gone when it is wanted, at its end. A temporary one goes with the session
 * that made it, which lasts as long as this shell does. The small program of `local` makes one by itself.
 */
const keepingLog = (
  cluster: ClusterView,
  node: Node,
): Command => sh`place=$(mktemp -d) slot=dtrove_backup_$$ && mkfifo "$place/say" "$place/told" || exit 1
trap 'rm -rf "$place"' EXIT
${psql(cluster, node)} <"$place/say" >"$place/told" &
exec 5>"$place/say"
echo "SELECT pg_create_physical_replication_slot('$slot', true, true);" >&5
exec 6<"$place/told"
read -r made <&6 || exit 1
${copy(cluster, node, ['--compress=client-zstd:level=1,workers=2'])} 5>&- 6<&-`;
