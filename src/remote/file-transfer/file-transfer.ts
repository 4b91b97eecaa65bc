import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Command } from '../../shell/command.js';
import { closeGrace } from '../exec.js';
import type { LinkOptions } from '../link.js';
import type { Target, Transferred, TransferOptions } from '../remote.js';
import { errorOf, plainHop, type Job, type News, type Order } from './messages.js';

// This file is either the source, or compiled below dist/src: threads run what is compiled.
const entry = ['./thread.js', '../../../dist/src/remote/file-transfer/thread.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

export type FileTransfer = TransferOptions & Required<Pick<TransferOptions, 'file'>>;

/**
 * Runs a command between whose end and a file the bytes go by a thread with a heap and a connection of its own. What
 * JavaScript's one thread throws away for each megabyte would have the whole heap of the control plane marked again and
 * again, and every answer of its API wait meanwhile. Resolves and rejects when the thread is gone.
 */
export function transferByThread(
  target: Target,
  { text }: Pick<Command, 'text'>,
  { file, first, onSaid, signal, before }: FileTransfer,
  { readyTimeoutMs, keepaliveMs, observer }: LinkOptions,
): Promise<Transferred> {
  const { tell, ...end } = file;
  const job: Job = {
    ...{ text, file: end, first: first?.reveal(), readyTimeoutMs, keepaliveMs },
    hop: plainHop(target),
    via: target.via === undefined ? undefined : plainHop(target.via),
  };
  return new Promise((resolve, reject) => {
    if (entry === undefined) throw new Error('the threads of transfers are not built: `npm run build` makes them');
    const thread = new Worker(entry, { workerData: job, execArgv: [] });
    /** What came first counts: the rest follows from it. */
    let outcome: (() => void) | null = null;
    const fail = (error: unknown): void => {
      outcome ??= () => {
        reject(error instanceof Error ? error : new Error(String(error)));
      };
    };
    const order = (what: Order): void => {
      thread.postMessage(what);
    };
    const abort = (): void => {
      fail(signal.reason);
      order('stop');
      setTimeout(() => void thread.terminate(), 2 * closeGrace).unref();
    };
    const hear = (news: News): void => {
      if (news.kind === 'connected') {
        observer?.connected();
        thread.once('exit', () => observer?.disconnected());
        before?.();
        order('go');
      } else if (news.kind === 'said') onSaid?.(news.text);
      else if (news.kind === 'bytes') tell(news.bytes);
      else if (news.kind === 'failed') fail(errorOf(news.failure));
      else
        outcome = () => {
          resolve(news.result);
        };
    };
    thread.on('message', (news: News) => {
      if (outcome !== null) return;
      try {
        hear(news);
      } catch (error) {
        fail(error);
        order('stop');
      }
    });
    thread.on('error', fail);
    thread.on('exit', () => {
      signal.removeEventListener('abort', abort);
      fail('the thread of a transfer ended without a word');
      outcome?.();
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
