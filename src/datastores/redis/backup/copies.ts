import type { Step } from '../../../plan/step.js';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import { Secret } from '../../../shell/secret.js';
import type { Backing, ClusterView, Node, Restoration } from '../../datastore.js';
import { filesHold, writeFiles } from '../../bundle.js';
import { usersText } from '../files.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';

type Taking = Pick<Restoration, 'node' | 'check' | 'receive' | 'finish' | 'discard'>;

/** An RDB, as a replica is given one: the client asks for it in the replica's manner. */
export const backing = (layout: Layout, cluster: ClusterView, node: Node): Backing => ({
  steps: [letCopy(layout, cluster, node)],
  read: reading(layout, cluster),
});

/** On servers that are older than backups replicas may not ask in that manner. Nobody may change that while they run: it takes a restart. */
function letCopy(layout: Layout, cluster: ClusterView, node: Node): Step {
  const files = [{ path: layout.users, text: usersText(cluster, node) }];
  return {
    name: 'let copies of the data be made',
    check: filesHold(files),
    apply: [asOwner(layout, writeFiles(files))],
  };
}

export const reading = (layout: Layout, { replication }: Pick<ClusterView, 'replication'>): Command =>
  asOwner(
    layout,
    withStdin(
      // The password reaches the client by its environment, which nobody else may read.
      sh`IFS= read -r REDISCLI_AUTH && export REDISCLI_AUTH || exit 1
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
${layout.cli} -s ${layout.socket} --user ${replication.username} --rdb - 2>"$said" || {
  code=$?
  cat "$said" >&2
  ! grep -q NOPERM "$said" || echo 'the server was started before DTrove could copy it: restart the cluster (restartCluster), and try again' >&2
  exit "$code"
}`,
      new Secret(`${replication.password.reveal()}\n`),
    ),
  );

/**
 * A server that logs its writes reads nothing but that log: the RDB becomes the base of one. Where it was sent without
 * being a file first, a mark of its end follows it, which no log may have.
 */
const manifest = 'file appendonly.aof.1.base.rdb seq 1 type b\n';

/** How `node` is given the data of a backup: checked beside their place, and moved. */
export function taking(layout: Layout, { id }: Pick<Node, 'id'>): Taking {
  const log = `${layout.data}/appendonlydir`;
  const fresh = `${log}.restored`;
  const rdb = `${fresh}/appendonly.aof.1.base.rdb`;
  return {
    node: id,
    check: file.exists(log),
    receive: asOwner(layout, sh`umask 077; rm -rf ${fresh} && mkdir ${fresh} && cat >${rdb}`),
    finish: asOwner(
      layout,
      sh`umask 077
said=$(${`${layout.user}-check-rdb`} ${rdb} 2>&1) || { printf '%s\\n' "$said" | tail -n 5 >&2; exit 1; }
end=$(printf '%s\\n' "$said" | sed -n 's/^\\[offset \\([0-9]*\\)\\].*looks OK.*/\\1/p')
[ "\${end:-0}" -gt 0 ] && truncate -s "$end" ${rdb} || { echo 'the check of the RDB does not tell where it ends' >&2; exit 1; }
printf %s ${manifest} >${`${fresh}/appendonly.aof.manifest`} && sync ${rdb} && mv ${fresh} ${log}`,
    ),
    discard: asOwner(layout, sh`rm -rf ${fresh}`),
  };
}
