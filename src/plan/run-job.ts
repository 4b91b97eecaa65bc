import { DomainError } from '../errors.js';
import type { Remote } from '../remote/remote.js';
import { detached, type DetachedJob, type JobStatus } from '../shell/detached.js';
import type { Secret } from '../shell/secret.js';
import { stepFailed } from './failure.js';

/** Seconds that one wait may take: well below the 60 s after which a command is given up. */
const waitSeconds = 20;

export interface JobContext {
  /** The step's name, for messages. */
  readonly step: string;
  readonly signal: AbortSignal;
  readonly secrets: readonly Secret[];
  readonly onOutput: (chunk: string) => void;
}

/** What `next` has that `seen` had not: both are the last 4 KiB of one growing output. */
function fresh(seen: string, next: string): string {
  const anchor = seen.slice(-256);
  const at = anchor === '' ? -1 : next.lastIndexOf(anchor);
  return at < 0 ? next : next.slice(at + anchor.length);
}

const giveUp = (reason: unknown): boolean =>
  reason instanceof DomainError && (reason.code === 'CANCELLED' || reason.code === 'DEADLINE_EXCEEDED');

/** Best effort: the reason to stop is what has to be told, not that stopping failed. */
const stop = (job: DetachedJob, remote: Remote): Promise<unknown> =>
  remote.run(detached.stop(job), { timeoutMs: 15_000 }).catch(() => undefined);

async function follow(job: DetachedJob, remote: Remote, { step, signal, secrets, onOutput }: JobContext) {
  const startedAt = performance.now();
  let seen = '';
  for (;;) {
    const left = (startedAt + job.timeoutMs - performance.now()) / 1000;
    const result = await remote.run(detached.wait(job, Math.min(waitSeconds, left)), { signal });
    const status = readStatus(step, result, secrets);
    const news = fresh(seen, status.output);
    if (news !== '') onOutput(news);
    seen = status.output;
    if (status.state !== 'running') return status;
    if (left <= 0) {
      await stop(job, remote);
      const what = `was still running after ${String(job.timeoutMs / 1000)} s and was stopped`;
      throw stepFailed(step, what, { stdout: status.output, stderr: '' }, secrets);
    }
  }
}

function readStatus(step: string, result: Parameters<typeof detached.parse>[0], secrets: readonly Secret[]): JobStatus {
  try {
    return detached.parse(result);
  } catch {
    throw stepFailed(step, `cannot read how it stands, exit ${String(result.code)}`, result, secrets, true);
  }
}

/**
 * Starts a job, or joins the one that runs under its name already, and waits until it has succeeded. Throws STEP_FAILED,
 * retryable where the job was lost. An abort leaves the job running, except for CANCELLED and DEADLINE_EXCEEDED.
 */
export async function runJob(job: DetachedJob, remote: Remote, context: JobContext): Promise<void> {
  const { step, signal, secrets } = context;
  try {
    const started = await remote.run(detached.start(job), { signal });
    if (started.code !== 0)
      throw stepFailed(step, `did not start, exit ${String(started.code)}`, started, secrets, true);
    const { state, code, output } = await follow(job, remote, context);
    if (state === 'succeeded') return;
    const how = code === null ? 'its process vanished' : `exit ${String(code)}`;
    throw stepFailed(step, how, { stdout: output, stderr: '' }, secrets, code === null);
  } catch (error) {
    if (signal.aborted && giveUp(signal.reason)) await stop(job, remote);
    throw error;
  }
}
