import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/errors.js';
import { converge } from '../../../src/plan/converge.js';
import type { Step } from '../../../src/plan/step.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import type { Remote, RemotePool } from '../../../src/remote/remote.js';
import { sh, withStdin, type Command } from '../../../src/shell/command.js';
import { detached, type DetachedJob } from '../../../src/shell/detached.js';
import { Secret } from '../../../src/shell/secret.js';
import { startSshd, type Sshd } from '../../support/sshd.js';
import { until } from '../../support/until.js';

describe('a step with a detached job, over SSH', () => {
  let home: string;
  let sshd: Sshd;
  let pool: RemotePool;
  let remote: Remote;
  const path = (name: string) => join(home, name);
  const job = (command: Command, timeoutMs = 60_000): DetachedJob => ({
    kind: 'detached',
    name: 'install',
    command,
    init: 'local',
    timeoutMs,
  });
  const stepOf = (part: DetachedJob): Step => ({ name: 'install', check: sh`[ -e ${path('done')} ]`, apply: [part] });
  /** A job that runs until the test lets go of it. */
  const gated = () => job(sh`echo run >>runs; echo waiting; read -r go <gate; touch done`);
  const letGo = () => {
    writeFileSync(path('gate'), 'go\n');
  };
  const standing = async () => detached.parse(await remote.run(detached.wait(gated(), 0))).state;

  /** Converges until the job runs. */
  async function underway(signal: AbortSignal) {
    const finished = converge(stepOf(gated()), remote, { signal }).catch((error: unknown) => error);
    await until('the job runs', async () => existsSync(path('runs')) && (await standing()) === 'running');
    return { finished };
  }

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'dtrove-job-'));
    sshd = await startSshd({ env: { HOME: home } });
    pool = createRemotePool();
    remote = pool.get(sshd.target);
    await remote.run(sh`mkfifo ${path('gate')}`);
  });

  afterEach(async () => {
    await remote.run(detached.stop(gated()));
    await pool.close();
    await sshd.close();
    rmSync(home, { recursive: true });
  });

  const { signal } = new AbortController();

  it('starts it, waits for it and passes on its output', async () => {
    const output: string[] = [];
    const step = stepOf(job(sh`echo out; touch done`));
    expect(await converge(step, remote, { signal, onOutput: (text) => output.push(text) })).toBe('applied');
    expect(output.join('')).toBe('out\n');
  });

  it('fails with its exit code and its last words, the secrets masked', async () => {
    const step = stepOf(job(withStdin(sh`echo chatter; cat; exit 100`, new Secret('hunter2 hunter2\n'))));
    await expect(converge(step, remote, { signal })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      retryable: false,
      message: 'install: exit 100: chatter\n[secret]',
    });
  });

  it('leaves it running when the connection breaks, and joins it at the next try', async () => {
    const { finished } = await underway(signal);
    sshd.cut();
    expect(await finished).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    expect(await standing()).toBe('running');
    const again = await underway(signal);
    letGo();
    expect(['applied', 'already-done']).toContain(await again.finished);
    expect(readFileSync(path('runs'), 'utf8')).toBe('run\n');
  });

  it('leaves it running on an abort that hands the work on', async () => {
    const abort = new AbortController();
    const { finished } = await underway(abort.signal);
    const reason = new Error('the worker is shutting down');
    abort.abort(reason);
    expect(await finished).toBe(reason);
    expect(await standing()).toBe('running');
  });

  it.each(['CANCELLED', 'DEADLINE_EXCEEDED'] as const)('stops it when the work is %s', async (code) => {
    const abort = new AbortController();
    const { finished } = await underway(abort.signal);
    const reason = new DomainError(code, 'no more');
    abort.abort(reason);
    expect(await finished).toBe(reason);
    expect(await standing()).toBe('failed');
    expect(existsSync(path('done'))).toBe(false);
  });

  it('stops it at the end of its time, and says so', async () => {
    const step = stepOf(job(sh`echo busy; exec sleep 600`, 100));
    await expect(converge(step, remote, { signal })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: 'install: was still running after 0.1 s and was stopped: busy',
    });
    expect(await standing()).toBe('failed');
  });

  it('may be tried again where it was lost', async () => {
    const { finished } = await underway(signal);
    const [, pid = ''] = readFileSync(path('.dtrove-jobs/install/state'), 'utf8').split(' ');
    process.kill(-Number(pid), 'SIGKILL');
    expect(await finished).toMatchObject({
      code: 'STEP_FAILED',
      retryable: true,
      message: expect.stringContaining('vanished'),
    });
  });

  it('says so where it cannot be started', async () => {
    writeFileSync(path('.dtrove-jobs'), 'in the way');
    await expect(converge(stepOf(gated()), remote, { signal })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(/^install: did not start, exit 1: mkdir: /),
    });
  });
});
