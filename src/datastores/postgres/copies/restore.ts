import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView, Node, Restoration } from '../../datastore.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';

type Taking = Pick<Restoration, 'node' | 'check' | 'receive' | 'prove' | 'finish' | 'discard'>;

/** Blocks of 512 bytes that tar reads and writes at once: its own 20 take a gigabyte half as fast. */
const pipeful = 128;

/** How `node` is given the data of a base backup. */
export function taking(cluster: ClusterView, node: Node): Taking {
  const { data } = layoutOf(cluster, node);
  const fresh = `${data}.restored`;
  return {
    node: node.id,
    check: sh`[ -f ${`${data}/PG_VERSION`} ]`,
    receive: asOwner(node, sh`rm -rf ${fresh} && mkdir -m 0700 ${fresh} && tar -b ${pipeful} -xf - -C ${fresh}`),
    prove: asOwner(node, verify(cluster, node, fresh)),
    finish: asOwner(
      node,
      sh`${writeOut(node, fresh)} && ${verify(cluster, node, fresh, ['-s'])} && wait && ${recover(cluster, node, fresh)} && mv ${fresh} ${data}`,
    ),
    discard: asOwner(node, sh`rm -rf ${fresh} ${`${fresh}.log`}`),
  };
}

/** The disk begins to write while the processor verifies: recovery begins by waiting for that. */
const writeOut = ({ facts }: Node, fresh: string): Command =>
  facts.init === 'local' ? sh`true` : sh`{ sync -f ${fresh} >/dev/null 2>&1 & }`;

/**
 * Every file against the manifest that the server wrote when it was copied; where there is one, and the tool for it. With
 * `-s` it reads the log and the sizes only: each part of the stream has proven to be what was copied, and a large
 * database would come from the disk once more while somebody waits for it.
 */
function verify(cluster: ClusterView, node: Node, fresh: string, options: readonly string[] = []): Command {
  const tool = `${layoutOf(cluster, node).bin}pg_verifybackup`;
  return sh`{ [ ! -f ${`${fresh}/backup_manifest`} ] || ! command -v ${tool} >/dev/null || ${tool} ${[...options, '-q']} ${fresh}; }`;
}

/**
 * Replays the log that came with the copy, beside its place, by a server that nobody reaches, until it is a primary by
 * itself, and stops that. As recovery from an archive (an empty one): nothing else ends the copy of a replica rightly.
 */
function recover(cluster: ClusterView, node: Node, fresh: string): Command {
  const { bin, conf } = layoutOf(cluster, node);
  const log = `${fresh}.log`;
  const settings = [
    `data_directory=${fresh}`,
    'external_pid_file=',
    'listen_addresses=',
    'restore_command=false',
    'primary_conninfo=',
    'primary_slot_name=',
    // Else it refuses where the new settings are below those of the old primary.
    'hot_standby=off',
  ].flatMap((setting) => ['-c', setting]);
  return sh`{ cd ${fresh} && rm -rf standby.signal backup_manifest pg_replslot/* && : >recovery.signal && (
  ${`${bin}postgres`} -D ${conf} ${settings} >${log} 2>&1 </dev/null &
  server=$!
  trap 'kill -QUIT "$server" 2>/dev/null' EXIT
  until [ "$(sed -n 8p postmaster.pid 2>/dev/null | tr -d ' ')" = ready ]; do
    kill -0 "$server" 2>/dev/null || { grep -E '(FATAL|PANIC|ERROR|HINT): ' ${log} | tail -n 5 >&2; exit 1; }
    sleep 0.05
  done
  kill -INT "$server" && wait "$server"
  trap - EXIT
) && rm -f backup_label.old tablespace_map.old postmaster.opts ${log}; }`;
}
