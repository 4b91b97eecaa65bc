import type { World } from './world.js';

/** How many of the last lines of each process's log are shown. */
const lastLines = 25;
/** Longer lines are cut. */
const longestLine = 400;

/** What the rows say, each asked by itself. */
const questions: Readonly<Record<string, string>> = {
  'open operations': `SELECT id, kind, cluster_id, status, message, attempts, fence, lease_owner, (lease_until - now())::text AS lease_left,
            cancel_requested, deadline_at, created_at, started_at, now() AS now
       FROM operation WHERE status IN ('QUEUED', 'RUNNING', 'WAITING') ORDER BY created_at`,
  'their steps that are not done or were begun again, and those of the last minutes that did not end well': `SELECT o.kind, o.status AS of, s.operation_id, s.key, s.status, s.attempts, s.forgiven, s.launched, s.message,
            s.started_at, s.finished_at
       FROM operation_step s JOIN operation o ON o.id = s.operation_id
      WHERE (o.status IN ('QUEUED', 'RUNNING', 'WAITING') AND s.attempts > (CASE s.status WHEN 'DONE' THEN 1 ELSE 0 END))
         OR (o.created_at > now() - interval '3 minutes' AND s.status IN ('RUNNING', 'FAILED'))
      ORDER BY s.operation_id, s.ordinal LIMIT 60`,
  jobs: 'SELECT name, data, next_run_at, locked_at, last_run_at, now() AS now FROM agenda_jobs LIMIT 20',
  duties: 'SELECT name, owner, (until - now())::text AS left FROM duty',
  'clusters that are not well': `SELECT id, name, status, message FROM cluster WHERE status NOT IN ('ACTIVE', 'DELETED')`,
  'connections that do something': `SELECT pid, application_name, state, wait_event_type, wait_event, (now() - xact_start)::text AS since, left(query, 200) AS query
       FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
};

const cut = (line: string): string => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);

/** All that tells why something is not as it must be: the rows of what is open, who holds it, and the last words of every process. */
export async function findings(world: World): Promise<string> {
  const answers = Object.entries(questions).map(async ([title, question]) => {
    const rows = await world.ask(question).catch((error: unknown) => [String(error)]);
    return [`-- ${title}: ${rows.length === 0 ? 'none' : ''}`, ...rows.map((row) => cut(JSON.stringify(row)))];
  });
  const logs = world.logs().map(({ name, pid, log }) => {
    const lines = log.trimEnd().split('\n').slice(-lastLines);
    return [`-- ${name}, pid ${pid}:`, ...lines.map(cut)];
  });
  return [...(await Promise.all(answers)).flat(), ...logs.flat(), ''].join('\n');
}
