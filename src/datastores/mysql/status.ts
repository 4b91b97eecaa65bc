import { withStdin, type Command } from '../../shell/command.js';
import type { DatastoreStatus, Node } from '../datastore.js';
import { askUnit } from '../own-unit.js';
import { client } from './client.js';
import type { Flavour } from './flavour.js';
import { layoutOf } from './layout.js';

const sql = `\
SELECT @@version AS Version, @@read_only AS Read_Only;
SHOW REPLICA STATUS;
`;

/** One round trip: what the server says of itself, or what systemd says of one that does not run, and its last words. */
export const status = (flavour: Flavour, node: Node): Command => {
  const layout = layoutOf(flavour, node);
  return withStdin(askUnit(layout.unit, client(flavour, layout)), sql);
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Reads what {@link status} printed; never throws. */
export function parseStatus(
  { title }: Flavour,
  result: { code: number; stdout: string; stderr: string },
): DatastoreStatus {
  const told = fieldsOf(result.stdout);
  const version = told.get('Version')?.split('-', 1)[0];
  if (result.code !== 0 || version === undefined) {
    const message = lastLine(result.stderr) || `${title} does not answer`;
    return { up: false, version: null, role: 'UNKNOWN', lagBytes: null, message };
  }
  if (told.has('Source_Host')) return { up: true, version, role: 'REPLICA', ...following(told) };
  if (['0', 'OFF'].includes(told.get('Read_Only') ?? ''))
    return { up: true, version, role: 'PRIMARY', lagBytes: null, message: '' };
  return { up: true, version, role: 'REPLICA', lagBytes: null, message: 'the replica follows no primary' };
}

/** Bytes of the log that were received and are not applied: known while both are in the same file. */
function following(told: ReadonlyMap<string, string>): Pick<DatastoreStatus, 'lagBytes' | 'message'> {
  const running = ['Replica_IO_Running', 'Replica_SQL_Running'].every((name) => told.get(name) === 'Yes');
  const sameFile = told.get('Source_Log_File') === told.get('Relay_Source_Log_File');
  const lag = Number(told.get('Read_Source_Log_Pos')) - Number(told.get('Exec_Source_Log_Pos'));
  const words = [told.get('Last_SQL_Error'), told.get('Last_IO_Error')].find((text) => text) ?? '';
  return {
    lagBytes: running && sameFile && Number.isFinite(lag) ? Math.max(0, lag) : null,
    message: running ? '' : words || 'the replica does not reach its primary',
  };
}

/** The lines `name: value`, MariaDB's names as MySQL has them. */
const fieldsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, name, value] = /^ *([A-Z]\w*): (.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined
        ? []
        : [[name.replace(/Slave/, 'Replica').replace(/Master/, 'Source'), value.trim()]];
    }),
  );
