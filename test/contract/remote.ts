import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/errors.js';
import type { ByteRemote, Remote } from '../../src/remote/remote.js';
import { sh, withStdin } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';
import { byteContract } from './bytes.js';

/** A Remote on a server that stands, and what may happen to that server. */
export interface RemoteSubject {
  readonly remote: ByteRemote;
  /** A path on the server that is there for as long as the command that made it runs. */
  readonly scratch: string;
  /** Resolves when no command runs on the server any more. */
  readonly idle: () => Promise<void>;
  /** Breaks what lies between, as a pulled cable does; a later command may find a way again. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a command that runs until it is ended, and resolves as soon as it runs. */
async function running(remote: Remote, options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  let finished: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    finished = remote
      .run(sh`echo started; exec sleep 600`, {
        ...options,
        onOutput: () => {
          resolve();
        },
      })
      .catch((error: unknown) => error);
  });
  return { finished };
}

/** What every Remote does, whatever it stands on. */
export function remoteContract(name: string, start: () => Promise<RemoteSubject>): void {
  describe(`the Remote contract: ${name}`, () => {
    let subject: RemoteSubject;
    let remote: Remote;

    beforeEach(async () => {
      subject = await start();
      remote = subject.remote;
    });

    afterEach(() => subject.close());

    byteContract(() => subject);

    it('tells stdout, stderr and the exit code apart', async () => {
      const result = await remote.run(sh`echo out; echo err >&2; exit 3`);
      expect(result).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    it('reports a command that a signal ended as a shell does', async () => {
      expect((await remote.run(sh`kill -KILL $$`)).code).toBe(137);
    });

    it('gives a command without stdin an end of file, not a wait', async () => {
      expect(await remote.run(sh`cat`)).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('writes a secret to stdin and nowhere else', async () => {
      const secret = new Secret('sésame\nopen\n');
      const result = await remote.run(
        withStdin(sh`cat; tr '\\0' ' ' </proc/$$/cmdline >&2 || ps -o args= -p $$ >&2`, secret),
      );
      expect(result.stdout).toBe(secret.reveal());
      expect(result.stderr).not.toContain('sésame');
    });

    it('carries a large stdin whole', async () => {
      const megabytes = 'x'.repeat(5 * 1024 * 1024);
      expect((await remote.run(withStdin(sh`wc -c`, megabytes))).stdout.trim()).toBe(String(megabytes.length));
    });

    it('survives a command that does not read its stdin', async () => {
      expect((await remote.run(withStdin(sh`exit 4`, 'x'.repeat(5 * 1024 * 1024)))).code).toBe(4);
      expect((await remote.run(sh`echo alive`)).stdout).toBe('alive\n');
    });

    it('keeps the last MiB of a large output', async () => {
      const write = sh`awk 'BEGIN { for (i = 0; i < 400000; i++) print "line " i " é"; print "the end" }'`;
      const { stdout, stderr } = await remote.run(sh`${write}; ${write} >&2`);
      for (const text of [stdout, stderr]) {
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
        expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024 - 4);
        expect(text.endsWith('line 399999 é\nthe end\n')).toBe(true);
        expect(text).not.toContain('\uFFFD');
      }
    });

    it('passes output on as it arrives', async () => {
      const abort = new AbortController();
      const { finished } = await running(remote, { signal: abort.signal });
      abort.abort(new Error('seen'));
      expect(await finished).toEqual(new Error('seen'));
    });

    it('rejects with what the listener for output throws, and ends the command', async () => {
      const run = remote.run(sh`echo started; exec sleep 600`, {
        onOutput: () => {
          throw new Error('the listener failed');
        },
      });
      await expect(run).rejects.toThrow('the listener failed');
      await subject.idle();
    });

    it('runs 20 commands side by side', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, i) => remote.run(sh`echo ${i}`)));
      expect(results.map((result) => result.stdout)).toEqual(Array.from({ length: 20 }, (_, i) => `${String(i)}\n`));
    });

    it('ends a command that takes too long, and says REMOTE_TIMEOUT', async () => {
      const error = await remote.run(sh`exec sleep 600`, { timeoutMs: 200 }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'REMOTE_TIMEOUT', retryable: true });
      await subject.idle();
    });

    it('ends a command on abort, and rejects with the reason', async () => {
      const abort = new AbortController();
      const { finished } = await running(remote, { signal: abort.signal });
      const reason = new DomainError('CANCELLED', 'cancelled by the test');
      abort.abort(reason);
      expect(await finished).toBe(reason);
      await subject.idle();
    });

    it('runs nothing when it was aborted before', async () => {
      const reason = new Error('too late');
      const run = remote.run(sh`touch ${subject.scratch}`, { signal: AbortSignal.abort(reason) });
      await expect(run).rejects.toBe(reason);
      expect((await remote.run(sh`[ -e ${subject.scratch} ]`)).code).toBe(1);
    });

    it('goes on with other commands while one is aborted', async () => {
      const abort = new AbortController();
      const [one, other] = await Promise.all([
        running(remote, { signal: abort.signal }),
        running(remote, { timeoutMs: 3_000 }),
      ]);
      abort.abort(new Error('one only'));
      expect(await one.finished).toEqual(new Error('one only'));
      expect((await remote.run(sh`echo alive`)).stdout).toBe('alive\n');
      expect(await other.finished).toMatchObject({ code: 'REMOTE_TIMEOUT' });
    });

    it('says REMOTE_UNREACHABLE when the connection breaks under a command, and finds its way again', async () => {
      const { finished } = await running(remote);
      subject.cut();
      expect(await finished).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
      expect((await remote.run(sh`echo back`)).stdout).toBe('back\n');
    });
  });
}
