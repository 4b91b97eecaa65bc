import { sh, type Command } from './command.js';

/** How a job stands, and what it has printed since the last look. */
export interface JobNews {
  readonly state: 'not-started' | 'running' | 'succeeded' | 'failed';
  /** Null while it runs, and of one that was lost. */
  readonly code: number | null;
  /** Bytes that it has printed in all. */
  readonly size: number;
  /** Where `bytes` begin; later than what was seen where too much came at once. */
  readonly from: number;
  readonly bytes: Buffer;
}

/** Most bytes that one look brings. */
const most = 128 * 1024;

/** Prints $status, $size and what `text` prints after $seen, in base64: a look may cut a character in two. */
export const news = (text: Command): Command => sh`most=${most} from=$seen
[ "$((size - seen))" -le "$most" ] || from=$((size - most))
echo "dtrove-job $status $size $from"
{ ${text} | tail -c "+$((from + 1))" | head -c "$((size - from))" | base64 | tr -d '\\n'; } 2>/dev/null || :`;

/** Reads what a watch printed. Throws an Error when that is no state of a job. */
export function parseNews(result: {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}): JobNews {
  const [head = '', body = ''] = result.stdout.split('\n');
  const found = /^dtrove-job (not-started|running|succeeded|failed) (\d+|-) (\d+) (\d+)$/.exec(head);
  if (result.code !== 0 || !found) {
    throw new Error(`cannot read the job's state: ${(result.stderr || result.stdout).slice(-500).trim()}`);
  }
  return {
    state: found[1] as JobNews['state'],
    code: found[2] === '-' ? null : Number(found[2]),
    size: Number(found[3]),
    from: Number(found[4]),
    bytes: Buffer.from(body, 'base64'),
  };
}
