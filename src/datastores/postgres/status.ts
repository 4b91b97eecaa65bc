import { z } from 'zod';
import { sh, withStdin, type Command } from '../../shell/command.js';
import type { DatastoreStatus, Node } from '../datastore.js';
import { layoutOf, type Versioned } from './layout.js';
import { psql } from './sql.js';

const Answer = z.object({
  version: z.string(),
  replica: z.boolean(),
  streaming: z.boolean(),
  lag: z.number().nullable(),
});

const sql = `\
SELECT json_build_object(
  'version', split_part(current_setting('server_version'), ' ', 1),
  'replica', pg_is_in_recovery(),
  'streaming', EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'),
  'lag', CASE WHEN pg_is_in_recovery()
    THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) END);
`;

/** One round trip: what PostgreSQL says of itself, or the last line of its log where it does not answer. */
export const status = (cluster: Versioned, node: Node): Command =>
  withStdin(sh`${psql(cluster, node)} || { code=$?; tail -n 1 ${layoutOf(cluster, node).log}; exit $code; }`, sql);

const down = (message: string): DatastoreStatus => ({
  up: false,
  version: null,
  role: 'UNKNOWN',
  lagBytes: null,
  message: message === '' ? 'PostgreSQL does not answer' : message,
});

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Reads what {@link status} printed; never throws. */
export function parseStatus(result: { code: number; stdout: string; stderr: string }): DatastoreStatus {
  if (result.code !== 0) return down(lastLine(result.stdout) || lastLine(result.stderr));
  const answer = Answer.safeParse(json(result.stdout));
  if (!answer.success) return down(`an answer that cannot be read: ${lastLine(result.stdout).slice(0, 200)}`);
  const { version, replica, streaming, lag } = answer.data;
  return {
    up: true,
    version,
    role: replica ? 'REPLICA' : 'PRIMARY',
    lagBytes: replica ? lag : null,
    message: replica && !streaming ? 'the replica does not stream from its primary' : '',
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
