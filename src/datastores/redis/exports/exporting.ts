import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import { Secret } from '../../../shell/secret.js';
import type { ClusterView, Exporting, Node } from '../../datastore.js';
import { dumpsDirectory, dumpStep, loadStep, placeStep } from '../../dumping.js';
import type { Dump, Load } from '../../exporting.js';
import { tellFree } from '../../room.js';
import { asking, client } from '../client.js';
import type { Flavour } from '../flavour.js';
import { layoutOf, type Layout } from '../layout.js';
import { asOwner } from '../owner.js';

/** Redis has no databases with names: what it holds is one whole. */
const whole = 'keyspace';

const survey = (flavour: Flavour, cluster: ClusterView, node: Node): Command => {
  const layout = layoutOf(flavour, node);
  return asking(
    cluster,
    sh`told=$(${client(layout)} | tr -d '\\r') || exit
field() { printf '%s\\n' "$told" | sed -n "s/^$1://p"; }
version=$(field ${`${flavour.id}_version`})
[ -n "$version" ] || { printf '%s\\n' "$told" | tail -n 1 >&2; exit 1; }
printf '{"version": "%s"}\\n{"database": "%s", "bytes": %s, "collation": ""}\\n' "$version" ${whole} "$(field used_memory)"
printf '%s\\n' "$told" | grep -q '^db[0-9]*:' || printf '{"empty": "%s"}\\n' ${whole}
${tellFree([dumpsDirectory(node), layout.data])}`,
    ['server', 'memory', 'keyspace'],
  );
};

/** The program that reads a snapshot file through, and fails at the first thing that is wrong in it. */
const checker = ({ user }: Layout): string => `${user}-check-rdb`;

/** Reads through the file at `path`; prints how many keys it has, as a row of {@link Dumping}. */
const counted = (layout: Layout, path: string): Command =>
  sh`{ said=$(${checker(layout)} ${path} 2>&1) || { printf '%s\\n' "$said" | tail -n 5 >&2; exit 1; }
printf '["", "keys", %s]\\n' "$(printf '%s\\n' "$said" | sed -n 's/.* \\([0-9][0-9]*\\) keys read$/\\1/p')"; }`;

/** The client is given a snapshot in a replica's manner: the server forks, and goes on serving. */
const dump = (flavour: Flavour, { replication }: ClusterView, node: Node, wanted: Dump): Step => {
  const layout = layoutOf(flavour, node);
  return dumpStep({
    node,
    dump: wanted,
    write: sh`IFS= read -r REDISCLI_AUTH && export REDISCLI_AUTH || exit 1
said=$(${client(layout)} --user ${replication.username} --rdb "$dump" 2>&1) || { printf '%s\\n' "$said" | tail -n 3 >&2; exit 1; }
${counted(layout, `${wanted.file}.part`)} >"$rows"`,
    input: new Secret(`${replication.password.reveal()}\n`),
  });
};

/** Read through by this server's own version, and compared with the memory there is; nothing is touched yet. */
const load = (flavour: Flavour, cluster: ClusterView, node: Node, wanted: Load): Step => {
  const layout = layoutOf(flavour, node);
  return loadStep({
    node,
    dump: wanted,
    make: sh`limit=$(${client(layout)} | tr -d '\\r' | sed -n 's/^maxmemory://p')
used=$(${checker(layout)} ${wanted.file} 2>/dev/null | sed -n "s/.*AUX FIELD used-mem = '\\([0-9]*\\)'.*/\\1/p")
if [ "\${limit:-0}" -gt 0 ] && [ "\${used:-0}" -gt "$limit" ]; then
  echo "the data take $used bytes of memory, and this server may use $limit (maxmemory)" >&2; exit 1
fi
${counted(layout, wanted.file)} >&3`,
    input: asking(cluster, sh`:`, ['memory']).stdin ?? '',
    data: layout.data,
  });
};

/** A server that logs its writes reads nothing but that log when it starts: the snapshot becomes the base of a new one. */
const manifest = 'file appendonly.aof.1.base.rdb seq 1 type b\n';

/**
 * The server is stopped, given the new log in place of its own, and started. Where it does not come up with it, it gets its
 * own back. A replica copies its primary anew by itself.
 */
const place = (flavour: Flavour, cluster: ClusterView, node: Node, wanted: Load): Step => {
  const layout = layoutOf(flavour, node);
  const log = `${layout.data}/appendonlydir`;
  const [fresh, old] = [`${log}.import`, `${log}.replaced`];
  const owned = (command: Command): Command => sh`{ ${asOwner(layout, command)}; }`;
  return placeStep(
    node,
    wanted,
    sh`input=$(cat) unit=${layout.unit}
up() {
  tries=0
  while [ "$tries" -lt 6000 ]; do
    told=$(printf '%s\\n' "$input" | ${client(layout)} 2>&1 | tr -d '\\r')
    case $told in *loading:0*) return 0 ;; esac
    case $(systemctl show -p SubState --value "$unit") in auto-restart|failed) return 1 ;; esac
    tries=$((tries + 1)); sleep 0.2
  done
  return 1
}
back() {
  systemctl stop "$unit"
  ${owned(sh`if [ -d ${old} ]; then rm -rf ${log} && mv ${old} ${log}; fi`)} && systemctl start --no-block "$unit" && up
}
if [ ! -d ${old} ]; then
  ${owned(sh`rm -rf ${fresh} && mkdir -m 0700 ${fresh} && printf %s ${manifest} >${`${fresh}/appendonly.aof.manifest`}`)} || exit
  install -o ${layout.user} -g ${layout.user} -m 0600 ${wanted.file} ${`${fresh}/appendonly.aof.1.base.rdb`} ||
    { code=$?; ${owned(sh`rm -rf ${fresh}`)}; exit "$code"; }
  systemctl stop "$unit" && ${owned(sh`mv ${log} ${old}`)} || { systemctl start "$unit"; exit 1; }
fi
systemctl stop "$unit"
if [ -d ${fresh} ]; then ${owned(sh`rm -rf ${log} && mv ${fresh} ${log}`)} || { back; exit 1; }; fi
begun=$(date +%s)
systemctl start --no-block "$unit"
up || {
  journalctl -q -o cat --no-pager -n 8 --since "@$begun" -u "$unit" >&2
  why='the server did not come up with the imported data'
  if back; then echo "$why, and has its own again" >&2; else echo "$why, nor with its own, which it was given back" >&2; fi
  exit 1
}
${owned(sh`rm -rf ${old}`)}`,
    asking(cluster, sh`:`, ['persistence']).stdin as Secret,
  );
};

/** RDB files. */
export const exportingOf = (flavour: Flavour): Exporting => ({
  formats: ['RDB'],
  whole,
  versionNumbers: 2,
  survey: (cluster, node) => survey(flavour, cluster, node),
  dump: (cluster, node, wanted) => dump(flavour, cluster, node, wanted),
  load: (cluster, node, wanted) => load(flavour, cluster, node, wanted),
  place: (cluster, node, wanted) => place(flavour, cluster, node, wanted),
  abandon: (_, node) => {
    const layout = layoutOf(flavour, node);
    return asOwner(layout, sh`rm -rf ${`${layout.data}/appendonlydir.import`}`);
  },
});
