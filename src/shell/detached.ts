import type { Command } from './command.js';
import type { DetachedJob } from './detached-job.js';
import { local } from './detached-local.js';
import { parseNews } from './detached-news.js';
import { systemdRun } from './detached-systemd.js';

export type { DetachedJob } from './detached-job.js';

/** How a job stands. A failed one whose `code` is null was lost: its process vanished and left no exit code. */
export interface JobStatus {
  readonly state: 'not-started' | 'running' | 'succeeded' | 'failed';
  readonly code: number | null;
  /** The last 4 KiB of what it printed. */
  readonly output: string;
}

const backend = (job: DetachedJob) => {
  if (!/^[a-z0-9-]+$/.test(job.name)) throw new TypeError(`a job's name is [a-z0-9-]+, not ${job.name}`);
  return job.init === 'local' ? local : systemdRun;
};

/** The commands that start, watch and stop a {@link DetachedJob}. */
export const detached = {
  /** Starts it, and forgets how it went before. One that runs already is joined: two starts at once run it once. */
  start: (job: DetachedJob): Command => backend(job).start(job),

  /** Returns when the job is done, at the latest after about `seconds`; {@link detached.parse} reads what it prints. */
  wait: (job: DetachedJob, seconds: number): Command => backend(job).wait(job, Math.max(0, Math.ceil(seconds))),

  /** Returns as soon as it has printed more than the `seen` bytes, or is done, or after about `seconds`; for {@link detached.parseNews}. */
  watch: (job: DetachedJob, seconds: number, seen: number): Command =>
    backend(job).watch(job, Math.ceil(seconds), seen),

  parseNews,

  /** Ends it with all its processes: SIGTERM, then SIGKILL. One that does not run is left alone. */
  stop: (job: DetachedJob): Command => backend(job).stop(job),

  /** Reads what `wait` printed. Throws an Error when that is no state of a job. */
  parse(result: { readonly code: number; readonly stdout: string; readonly stderr: string }): JobStatus {
    const found = /^dtrove-job (not-started|running|succeeded|failed) (\d+|-)\n/.exec(result.stdout);
    if (result.code !== 0 || !found) {
      throw new Error(`cannot read the job's state: ${(result.stderr || result.stdout).slice(-500).trim()}`);
    }
    return {
      state: found[1] as JobStatus['state'],
      code: found[2] === '-' ? null : Number(found[2]),
      // The tail may begin in the middle of a character.
      output: result.stdout.slice(found[0].length).replace(/^\uFFFD+/, ''),
    };
  },
};
