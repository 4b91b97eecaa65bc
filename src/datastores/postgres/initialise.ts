import { sh } from '../../shell/command.js';
import type { DetachedJob } from '../../shell/detached.js';
import type { ClusterView, Node } from '../datastore.js';
import { wholeData } from '../whole-data.js';
import { layoutOf } from './layout.js';
import { primaryConninfo } from './files.js';
import { slotOf } from './slot.js';
import { asOwner } from './owner.js';

const minutes = 60_000;

// The builtin provider sorts the same on every operating system and after every upgrade of it; it came with 17.
const locale = (version: string): readonly string[] =>
  Number(version) >= 17
    ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    : ['--locale-provider=libc', '--locale=C'];

// A copy carries whole segments of the log. On `local`, where many share one disk, PostgreSQL's own 16 MB would be half
// of a new database; below 4 MB bulk writes become slow.
const logSegments = ({ facts }: Node): readonly string[] => (facts.init === 'local' ? ['--wal-segsize=4'] : []);

/** The lines that tell what is wrong; beside them stand hundreds with the statement that it happened at. */
const telling = '(error|ERROR|FATAL|PANIC|DETAIL|HINT): ';

/**
 * A new data directory with checksums. It is made beside its place and moved there when it is whole: one that is
 * there is a good one. The superuser has no password, and pg_hba.conf lets it in over the socket only.
 */
export function initialise(cluster: ClusterView, node: Node): DetachedJob {
  const { bin, data } = layoutOf(cluster, node);
  const fresh = `${data}.new`;
  const options = [
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '-k',
    '--auth=peer',
    '--no-instructions',
    ...logSegments(node),
    ...locale(cluster.version),
  ];
  return {
    kind: 'detached',
    name: 'postgresql-init',
    command: asOwner(node, wholeData(data, fresh, sh`${`${bin}initdb`} -D ${fresh} ${options} >/dev/null`, telling)),
    init: node.facts.init,
    timeoutMs: 10 * minutes,
  };
}

/** A copy of the primary's data, marked as a replica's, made beside its place and moved there when it is whole. */
export function baseBackup(cluster: ClusterView, node: Node): DetachedJob {
  const { bin, data } = layoutOf(cluster, node);
  const fresh = `${data}.new`;
  const from = primaryConninfo(cluster, node);
  const options = ['--checkpoint=fast', '--wal-method=stream', `--slot=${slotOf(node)}`, '--no-password'];
  return {
    kind: 'detached',
    name: 'postgresql-base-backup',
    command: asOwner(
      node,
      wholeData(
        data,
        fresh,
        sh`${`${bin}pg_basebackup`} -D ${fresh} -d ${from} ${options} && touch ${`${fresh}/standby.signal`}`,
        telling,
      ),
    ),
    init: node.facts.init,
    timeoutMs: 24 * 60 * minutes,
  };
}
