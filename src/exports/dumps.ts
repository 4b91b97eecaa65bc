import type { Operation } from '../../schema/operation.js';
import { dumpsDirectory } from '../datastores/dumping.js';
import type { Node } from '../datastores/datastore.js';
import type { Dump, DumpFormat } from '../datastores/exporting.js';
import type { Step } from '../plan/step.js';
import { sh } from '../shell/command.js';

/** The last digits of an operation's id, which are random: they name its directory and its jobs. */
const shortOf = ({ id }: Pick<Operation, 'id'>): string => id.replaceAll('-', '').slice(-12);

/** Where the dumps of an operation lie on a server. */
export const directoryOf = (node: Node, operation: Pick<Operation, 'id'>): string =>
  `${dumpsDirectory(node)}/${shortOf(operation)}`;

/** The dump of the `index`th database of an operation, the same each time that it is asked for. */
export const dumpOf = (
  node: Node,
  operation: Pick<Operation, 'id'>,
  index: number,
  database: string,
  format: DumpFormat,
): Dump => ({
  database,
  format,
  file: `${directoryOf(node, operation)}/${String(index + 1)}`,
  token: `${shortOf(operation)}n${String(index + 1)}`,
});

/** What earlier operations have left there goes: one at a time works on a cluster. */
export function makeRoom(node: Node, operation: Pick<Operation, 'id'>): Step {
  const parent = dumpsDirectory(node);
  const others = sh`find ${parent} -mindepth 1 -maxdepth 1 ! -name ${shortOf(operation)} 2>/dev/null`;
  return {
    name: 'remove what others have left',
    check: sh`left=$(${others}); [ -z "$left" ]`,
    apply: [sh`${others} -exec rm -rf {} +`],
  };
}

export const removeDumps = (node: Node): Step => ({
  name: 'remove the dumps from the server',
  check: sh`[ ! -e ${dumpsDirectory(node)} ]`,
  apply: [sh`rm -rf ${dumpsDirectory(node)}`],
});
