import type { Command } from '../../shell/command.js';
import type { ClusterView, DatastoreStatus, Node } from '../datastore.js';
import { askUnit } from '../own-unit.js';
import { asking, client } from './client.js';
import type { Flavour } from './flavour.js';
import { layoutOf } from './layout.js';

/** One round trip: what the server says of itself, or what systemd says of one that does not run, and its last words. */
export const status = (flavour: Flavour, cluster: ClusterView, node: Node): Command => {
  const layout = layoutOf(flavour, node);
  return asking(cluster, askUnit(layout.unit, client(layout)), ['server', 'persistence', 'replication']);
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Reads what {@link status} printed; never throws. */
export function parseStatus({ id, title }: Flavour, result: { code: number; stdout: string; stderr: string }) {
  const down = (message: string): DatastoreStatus => {
    return {
      up: false,
      version: null,
      role: 'UNKNOWN',
      lagBytes: null,
      message: message || `${title} does not answer`,
    };
  };
  const info = fieldsOf(result.stdout);
  const version = info.get(`${id}_version`);
  const role = roles.get(info.get('role') ?? '');
  if (result.code !== 0 || version === undefined || role === undefined) {
    // The client ends well whatever it is told: then a refusal stands on stdout, where it is the last word.
    return down(lastLine(result.stderr) || lastLine(result.stdout));
  }
  if (info.get('loading') !== '0') return down(`${title} is still loading its data`);
  return { up: true, version, role, ...(role === 'PRIMARY' ? leading : following(info)) } satisfies DatastoreStatus;
}

const roles: ReadonlyMap<string, 'PRIMARY' | 'REPLICA'> = new Map([
  ['master', 'PRIMARY'],
  ['slave', 'REPLICA'],
]);

const leading = { lagBytes: null, message: '' };

/** What it has received and not yet applied; nothing is known of that while the link is down. */
function following(info: ReadonlyMap<string, string>): Pick<DatastoreStatus, 'lagBytes' | 'message'> {
  if (info.get('master_link_status') === 'up') {
    const lag = Number(info.get('slave_read_repl_offset')) - Number(info.get('slave_repl_offset'));
    return { lagBytes: Number.isFinite(lag) ? Math.max(0, lag) : null, message: '' };
  }
  const copying = info.get('master_sync_in_progress') === '1';
  return {
    lagBytes: null,
    message: copying ? 'the replica is copying its primary' : 'the replica does not reach its primary',
  };
}

/** The lines `name:value` of INFO. */
const fieldsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
