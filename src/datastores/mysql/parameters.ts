import type { ClusterView, Knowledge, Node, ParameterChange } from '../datastore.js';
import { cataloguesOf } from '../parameters/catalogues.js';
import { readLines } from '../parameters/file.js';
import type { SuffixesOf } from '../parameters/parameter.js';
import { canonical } from '../parameters/value.js';
import type { Template } from '../templates.js';
import { settingsText } from './files.js';
import type { Flavour } from './flavour.js';
import { layoutOf } from './layout.js';
import { isOurs, managed } from './managed.js';
import { literal, plainMode, unquoteSetting } from './quoting.js';
import { writeConfiguration } from './steps/files.js';
import { setGlobals } from './steps/parameters.js';
import { startOntoSettings } from '../own-unit-steps.js';
import { unitOf } from './unit.js';

const powers = ['K', 'M', 'G', 'T', 'P', 'E'].map((letter, i) => [letter, 1024 ** (i + 1)] as const);
const integer = {
  '': 1,
  ...Object.fromEntries(powers),
  ...Object.fromEntries(powers.map(([letter, size]) => [letter.toLowerCase(), size])),
};

/** Whole numbers may have a letter, each 1024 times the one before. */
const suffixesOf: SuffixesOf = ({ type }) => (type === 'INTEGER' ? integer : { '': 1 });

const why = (name: string): string | null =>
  managed(name) ??
  (isOurs(name) ? 'the server may take it for the beginning of another name, which is DTrove’s' : null);

/** What the parameters of one of the family are, and how a running server gets new ones. */
export const parametersOf = (flavour: Flavour, templateOf: (version: string) => Template): Knowledge => ({
  // A running server takes any size of it, and tells nobody that it has not the memory.
  catalogue: cataloguesOf(flavour.id, why, ['innodb_buffer_pool_size']),
  suffixesOf,
  // What a replica takes less of than its primary sends, it cannot apply.
  limits: ['max_allowed_packet'],
  inFile: (cluster, node) =>
    readLines(settingsText(templateOf(cluster.version), cluster, node, layoutOf(flavour, node)), entryOf),
  change: (cluster: ClusterView, node: Node, { restart, changes, asked }) => {
    const layout = layoutOf(flavour, node);
    return [
      writeConfiguration(templateOf(cluster.version), cluster, node, layout),
      restart
        ? { ...startOntoSettings(unitOf(flavour, layout)), name: `restart ${flavour.title}` }
        : setGlobals(flavour, layout, `${plainMode}${changes.map(statement).join('')}`, asked),
    ];
  },
});

function entryOf(line: string): readonly [string, string] | null {
  const [, name, value] = /^([a-z]\w*)\s*=\s*(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? null : [name, unquoteSetting(value)];
}

const statement = ({ parameter, to }: ParameterChange): string =>
  `SET GLOBAL ${parameter.name} = ${to === null ? 'DEFAULT' : inSql(parameter, to)};\n`;

function inSql(parameter: ParameterChange['parameter'], text: string): string {
  const value = canonical(parameter, text, suffixesOf(parameter));
  switch (parameter.type) {
    case 'BOOLEAN':
      return value.toUpperCase();
    case 'INTEGER':
    case 'REAL':
      return value;
    case 'ENUM':
    case 'LIST':
    case 'SET':
    case 'STRING':
      return literal(text);
  }
}
