import { DomainError } from '../errors.js';
import type { Remote, Result } from '../remote/remote.js';
import type { Command } from '../shell/command.js';
import { detached, type DetachedJob, type JobStatus } from '../shell/detached.js';
import { fitsOneTrip } from '../shell/one-trip.js';
import type { Secret } from '../shell/secret.js';
import { stepFailed } from './failure.js';
import { travel, type Outcome } from './one-trip.js';

/** Seconds that one wait may take: well below the 60 s after which a command is given up. */
const waitSeconds = ({ lookMs = 20_000 }: DetachedJob): number => lookMs / 1000;

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

/** Ends a job, if it runs. Best effort: the reason to stop is what has to be told, not that stopping failed. */
export const stopJob = async (job: DetachedJob, remote: Remote): Promise<void> => {
  await remote.run(detached.stop(job), { timeoutMs: 15_000 }).catch(() => undefined);
};

/** Waits until it runs no more; `first` is how it stands, where that is known. */
async function follow(
  job: DetachedJob,
  remote: Remote,
  context: JobContext,
  startedAt: number,
  first: JobStatus | null = null,
): Promise<JobStatus> {
  const { step, signal, secrets, onOutput } = context;
  let seen = '';
  for (let status = first; ; status = null) {
    const left = (startedAt + job.timeoutMs - performance.now()) / 1000;
    status ??= readStatus(
      step,
      await remote.run(detached.wait(job, Math.min(waitSeconds(job), left)), { signal }),
      secrets,
    );
    const news = fresh(seen, status.output);
    if (news !== '') onOutput(news);
    seen = status.output;
    if (status.state !== 'running') return status;
    if (left <= 0) {
      await stopJob(job, remote);
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

/** Throws STEP_FAILED unless it has succeeded; retryable where it was lost. */
function assertSucceeded({ state, code, output }: JobStatus, { step, secrets }: JobContext): void {
  if (state === 'succeeded') return;
  const how = code === null ? 'its process vanished' : `exit ${String(code)}`;
  throw stepFailed(step, how, { stdout: output, stderr: '' }, secrets, code === null);
}

/** An abort leaves the job running, except for CANCELLED and DEADLINE_EXCEEDED; one that is `whole` always. */
async function orStop<T>(job: DetachedJob, remote: Remote, { signal }: JobContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && giveUp(signal.reason) && job.whole !== true) await stopJob(job, remote);
    throw error;
  }
}

const didNotStart = ({ step, secrets }: JobContext, result: Result): Error =>
  stepFailed(step, `did not start, exit ${String(result.code)}`, result, secrets, true);

/**
 * Starts a job, or joins the one that runs under its name already, and waits until it has succeeded. Throws STEP_FAILED,
 * retryable where the job was lost. An abort leaves the job running, except for CANCELLED and DEADLINE_EXCEEDED.
 */
export const runJob = (job: DetachedJob, remote: Remote, context: JobContext): Promise<void> =>
  orStop(job, remote, context, async () => {
    const startedAt = performance.now();
    const started = await remote.run(detached.start(job), { signal: context.signal });
    if (started.code !== 0) throw didNotStart(context, started);
    assertSucceeded(await follow(job, remote, context, startedAt), context);
  });

/** Check, {@link runJob}, check; one round trip where the job does not take long. Null where that cannot carry it. */
export async function convergeJob(check: Command, job: DetachedJob, remote: Remote, context: JobContext) {
  const { step, signal, secrets } = context;
  const apply = [detached.start(job), detached.wait(job, Math.min(waitSeconds(job), job.timeoutMs / 1000))];
  if (!fitsOneTrip({ check, apply })) return null;
  return orStop(job, remote, context, async (): Promise<Outcome> => {
    const startedAt = performance.now();
    // What the job has printed comes with its state.
    const silent = { check, apply, secrets, signal, onOutput: () => undefined };
    const { reached, last, said } = await travel(silent, remote);
    if (reached === null && last.code === 0) return 'already-done';
    if (reached === null) throw stepFailed(step, `exit ${String(last.code)}`, last, secrets);
    if (reached === 0) throw didNotStart(context, last);
    const first = readStatus(
      step,
      { code: reached === 1 ? last.code : 0, stdout: said(1), stderr: last.stderr },
      secrets,
    );
    assertSucceeded(await follow(job, remote, context, startedAt, first), context);
    if (first.state === 'running') return { check: await remote.run(check, { signal }) };
    return last.code === 0 ? 'applied' : { check: last };
  });
}
