import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, messageOf } from '../errors.js';
import type { Remote } from '../remote/remote.js';
import { detached, type DetachedJob } from '../shell/detached.js';
import type { JobNews } from '../shell/detached-news.js';

/** Seconds that one look may wait for news, and milliseconds between two looks. */
const waitSeconds = 2;
const pause = 200;

/** One look at a job. Throws STEP_FAILED, retryable, where the answer makes no sense. */
export async function lookAt(
  job: DetachedJob,
  remote: Remote,
  {
    seconds = 0,
    seen = 0,
    signal,
  }: { readonly seconds?: number; readonly seen?: number; readonly signal: AbortSignal },
): Promise<JobNews> {
  const result = await remote.run(detached.watch(job, seconds, seen), { signal });
  try {
    return detached.parseNews(result);
  } catch (error) {
    throw new DomainError('STEP_FAILED', messageOf(error), { retryable: true });
  }
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Called with what it prints, as it comes. */
  readonly onOutput: (text: string) => void;
  /** Asked between two looks; what it throws ends the following. */
  readonly between: () => Promise<void>;
}

/** How a job that was started stands at its end; null where it still runs after its time, and goes on. */
export async function followJob(
  job: DetachedJob,
  remote: Remote,
  { signal, onOutput, between }: FollowOptions,
): Promise<JobNews | null> {
  const end = performance.now() + job.timeoutMs;
  const decoder = new StringDecoder('utf8');
  let seen = 0;
  for (;;) {
    const left = Math.max(0, (end - performance.now()) / 1000);
    const news = await lookAt(job, remote, { seconds: Math.min(waitSeconds, left), seen, signal });
    if (news.from > seen) onOutput(`\n[${news.from - seen} bytes came too fast to be seen]\n`);
    const text = decoder.write(news.bytes);
    if (text !== '') onOutput(text);
    seen = news.from + news.bytes.length;
    // What it printed after the look that saw its end is asked for once more.
    if (news.state !== 'running' && seen >= news.size) return news;
    if (news.state === 'running' && left === 0) return null;
    await between();
    await delay(pause, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}
