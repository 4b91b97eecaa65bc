import type { ClusterView, Knowledge, Node } from '../datastore.js';
import { cataloguesOf } from '../parameters/catalogues.js';
import { readLines } from '../parameters/file.js';
import type { SuffixesOf } from '../parameters/parameter.js';
import type { Template } from '../templates.js';
import { settingsText } from './files.js';
import { managed } from './managed.js';
import { unquoteSetting } from './quoting.js';
import { writeConfiguration } from './steps/files.js';
import { reloadSettings, replicasHeard } from './steps/parameters.js';
import { startOntoSettings } from './steps/run.js';

const bytes = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
const microseconds = { us: 1, ms: 1000, s: 1e6, min: 6e7, h: 3.6e9, d: 8.64e10 };

/** Units of memory and of time (PostgreSQL, "Parameter Names and Values"); `0`: a leading zero makes it octal. */
export const suffixesOf: SuffixesOf = ({ unit }) => {
  const bare = { '': 1, '0': 1 };
  if (unit === undefined) return bare;
  const [, count = '', name = ''] = /^(\d*)(\w+)$/.exec(unit) ?? [];
  const table: Readonly<Record<string, number>> = name in bytes ? bytes : microseconds;
  const base = (table[name] ?? 1) * (count === '' ? 1 : Number(count));
  return { ...bare, ...Object.fromEntries(Object.entries(table).map(([suffix, size]) => [suffix, size / base])) };
};

/** What PostgreSQL's parameters are, and how a running server gets new ones. */
export const parametersOf = (templateOf: (version: string) => Template): Knowledge => ({
  catalogue: cataloguesOf('postgres', managed),
  suffixesOf,
  // A replica does not start on less of these than its primary has (PostgreSQL, 26.4.3).
  limits: [
    'max_connections',
    'max_locks_per_transaction',
    'max_prepared_transactions',
    'max_wal_senders',
    'max_worker_processes',
  ],
  inFile: (cluster, node) => readLines(settingsText(templateOf(cluster.version), cluster, node), entryOf),
  change: (cluster: ClusterView, node: Node, { restart }) => [
    writeConfiguration(templateOf(cluster.version), cluster, node),
    restart
      ? { ...startOntoSettings(cluster, node), name: 'restart PostgreSQL' }
      : reloadSettings(templateOf(cluster.version), cluster, node),
  ],
  heard: (cluster, primary) => [replicasHeard(cluster, primary)],
});

function entryOf(line: string): readonly [string, string] | null {
  const [, name, value] = /^([a-z_][\w.]*)\s*=\s*(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? null : [name, unquoteSetting(value)];
}
