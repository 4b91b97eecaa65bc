import type { ClusterView, Knowledge, Node, ParameterChange } from '../datastore.js';
import { cataloguesOf } from '../parameters/catalogues.js';
import { readLines } from '../parameters/file.js';
import type { SuffixesOf } from '../parameters/parameter.js';
import type { Template } from '../templates.js';
import { settingsText } from './files.js';
import type { Flavour } from './flavour.js';
import { layoutOf } from './layout.js';
import { managed } from './managed.js';
import { quoteWord, splitWords } from './quoting.js';
import { writeConfiguration } from './steps/files.js';
import { configure } from './steps/parameters.js';
import { startOntoSettings } from '../own-unit-steps.js';
import { unitOf } from './unit.js';

const sizes = { b: 1, k: 1000, kb: 1024, m: 1e6, mb: 1024 ** 2, g: 1e9, gb: 1024 ** 3 };
const upper = Object.fromEntries(Object.entries(sizes).map(([suffix, size]) => [suffix.toUpperCase(), size]));

const suffixesOf: SuffixesOf = ({ unit }) => (unit === 'bytes' ? { '': 1, ...sizes, ...upper } : { '': 1 });

/** What the parameters of one of the family are, and how a running server gets new ones. */
export const parametersOf = (flavour: Flavour, templateOf: (version: string) => Template): Knowledge => ({
  catalogue: cataloguesOf(flavour.id, managed),
  suffixesOf,
  // A replica cannot take what its primary sends of a database, or of a size, that it does not have.
  limits: ['databases', 'proto-max-bulk-len'],
  inFile: (cluster, node) =>
    readLines(settingsText(templateOf(cluster.version), cluster, node, layoutOf(flavour, node)), entryOf),
  change: (cluster: ClusterView, node: Node, { restart, changes, asked }) => {
    const layout = layoutOf(flavour, node);
    return [
      writeConfiguration(templateOf(cluster.version), cluster, node, layout),
      restart
        ? { ...startOntoSettings(unitOf(flavour, layout)), name: `restart ${flavour.title}` }
        : configure(layout, node, changes.map(pair).join(' '), asked),
    ];
  },
});

function entryOf(line: string): readonly [string, string] | null {
  const [, name, words] = /^([a-z][\w-]*) (.*)$/.exec(line) ?? [];
  return name === undefined || words === undefined ? null : [name, splitWords(words).join(' ')];
}

const pair = ({ parameter, to }: ParameterChange): string =>
  `${parameter.name} ${quoteWord(to ?? parameter.default ?? '')}`;
