import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/errors.js';
import { converge } from '../../../src/plan/converge.js';
import type { Step } from '../../../src/plan/step.js';
import type { Result } from '../../../src/remote/remote.js';
import { sh, withStdin } from '../../../src/shell/command.js';
import { Secret } from '../../../src/shell/secret.js';
import { scriptedRemote } from '../../support/scripted-remote.js';

const { signal } = new AbortController();

const step: Step = { name: 'write settings', check: sh`check`, apply: [sh`first`, sh`second`] };

/** A Remote whose check answers in turn, the last answer for ever; the rest from `answers`. */
function remoteWith(checks: readonly Partial<Result>[], answers: Readonly<Record<string, Partial<Result>>> = {}) {
  let asked = 0;
  return scriptedRemote(({ text }) => {
    if (text !== 'check') return answers[text] ?? {};
    asked += 1;
    return checks[Math.min(asked, checks.length) - 1] ?? {};
  });
}

describe('converge', () => {
  it('leaves alone what holds already', async () => {
    const remote = remoteWith([{ code: 0 }]);
    expect(await converge(step, remote, { signal })).toBe('already-done');
    expect(remote.ran).toEqual(['check']);
  });

  it('checks, applies in order and checks again', async () => {
    const remote = remoteWith([{ code: 1 }, { code: 0 }]);
    expect(await converge(step, remote, { signal })).toBe('applied');
    expect(remote.ran).toEqual(['check', 'first', 'second', 'check']);
  });

  it('stops at the first command that fails, and says so in its own words', async () => {
    const remote = remoteWith([{ code: 1 }], { first: { code: 4, stdout: 'chatter', stderr: 'FATAL: no space\n' } });
    await expect(converge(step, remote, { signal })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      retryable: false,
      message: 'write settings: exit 4: FATAL: no space',
    });
    expect(remote.ran).toEqual(['check', 'first']);
  });

  it('falls back to stdout, and to nothing, where stderr is silent', async () => {
    const failing = (first: Partial<Result>) => converge(step, remoteWith([{ code: 1 }], { first }), { signal });
    await expect(failing({ code: 4, stdout: 'why\n' })).rejects.toThrow('write settings: exit 4: why');
    await expect(failing({ code: 4 })).rejects.toThrow(/^write settings: exit 4$/);
  });

  it('keeps the last 2 KiB of what was said', async () => {
    const remote = remoteWith([{ code: 1 }], { first: { code: 1, stderr: `${'x'.repeat(5000)}the end` } });
    const { message } = (await converge(step, remote, { signal }).catch((error: unknown) => error)) as Error;
    expect(message).toMatch(/^write settings: exit 1: …x+the end$/);
    expect(message.length).toBeLessThan(2100);
  });

  it('fails where the check still fails, with what the check said', async () => {
    const remote = remoteWith([{ code: 1 }, { code: 1, stdout: 'max_connections is 100\n' }]);
    await expect(converge(step, remote, { signal })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: 'write settings: applied, yet its check still fails: max_connections is 100',
    });
    expect(remote.ran).toEqual(['check', 'first', 'second', 'check']);
  });

  it('asks again where the effect comes about by itself', async () => {
    const remote = remoteWith([{ code: 1 }, { code: 1 }, { code: 1 }, { code: 0 }]);
    expect(await converge({ ...step, settle: { timeoutMs: 10_000 } }, remote, { signal })).toBe('applied');
    expect(remote.ran).toEqual(['check', 'first', 'second', 'check', 'check', 'check']);
  });

  it('asks until the time is up, and at its end', async () => {
    const remote = remoteWith([{ code: 1 }]);
    const startedAt = performance.now();
    const settling = converge({ ...step, settle: { timeoutMs: 200 } }, remote, { signal });
    await expect(settling).rejects.toThrow('its check still fails');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(198);
    expect(remote.ran.length).toBeLessThanOrEqual(3 + 4); // after 0, 50, 150 and 200 ms
    expect(remote.ran.length).toBeGreaterThanOrEqual(3 + 2);
  });

  it('stops waiting on abort, with its reason', async () => {
    const abort = new AbortController();
    const reason = new DomainError('CANCELLED', 'enough');
    let asked = 0;
    const remote = scriptedRemote(({ text }) => {
      if (text === 'check' && (asked += 1) === 2)
        setImmediate(() => {
          abort.abort(reason);
        });
      return { code: text === 'check' ? 1 : 0 };
    });
    const settling = converge({ ...step, settle: { timeoutMs: 60_000 } }, remote, { signal: abort.signal });
    await expect(settling).rejects.toBe(reason);
  });

  it('passes on what the Remote throws, as it is', async () => {
    const lost = new DomainError('REMOTE_UNREACHABLE', 'gone', { retryable: true });
    const remote = scriptedRemote(({ text }) => (text === 'first' ? Promise.reject(lost) : { code: 1 }));
    await expect(converge(step, remote, { signal })).rejects.toBe(lost);
  });

  it('masks the secrets of the step in its output and in its failures', async () => {
    const secret = new Secret("ALTER ROLE admin PASSWORD 'hunter2'");
    const sql: Step = { ...step, apply: [withStdin(sh`psql`, secret)] };
    const output: string[] = [];
    const remote = scriptedRemote(({ text }, { onOutput }) => {
      if (text !== 'psql') return { code: 1 };
      onOutput?.('LINE 1: ALTER ROLE admin PASS');
      onOutput?.("WORD 'hunter2'\nthe rest");
      return { code: 3, stderr: `ERROR: ${secret.reveal()}` };
    });
    const run = converge(sql, remote, { signal, onOutput: (text) => output.push(text) });
    await expect(run).rejects.toThrow(/^write settings: exit 3: ERROR: \[secret\]$/);
    expect(output).toEqual(['LINE 1: [secret]\n', 'the rest']);
  });
});
