import { sh, withStdin } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import { Secret } from '../../../shell/secret.js';
import type { Backing, ClusterView, Node, Restoration } from '../../datastore.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';

type Taking = Pick<Restoration, 'node' | 'check' | 'receive' | 'finish' | 'discard'>;

/** An RDB, as a replica is given one: the client asks for it in the replica's manner. */
export const backing = (layout: Layout, { replication }: ClusterView): Backing => ({
  steps: [],
  read: asOwner(
    layout,
    withStdin(
      // The password reaches the client by its environment, which nobody else may read.
      sh`IFS= read -r REDISCLI_AUTH && export REDISCLI_AUTH || exit 1
${layout.cli} -s ${layout.socket} --user ${replication.username} --rdb -`,
      new Secret(`${replication.password.reveal()}\n`),
    ),
  ),
});

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
