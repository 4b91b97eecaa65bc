import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/errors.js';
import { converge } from '../../../src/plan/converge.js';
import type { Step } from '../../../src/plan/step.js';
import { all, sh, withStdin, type Command } from '../../../src/shell/command.js';
import { Secret } from '../../../src/shell/secret.js';
import { scriptedRemote } from '../../support/scripted-remote.js';
import { shellRemote, type ShellRemote } from '../../support/shell-remote.js';
import { shells } from '../../support/shells.js';

const { signal } = new AbortController();

const step: Step = {
  name: 'write settings',
  check: sh`echo check >>log; [ -e done ]`,
  apply: [sh`echo first >>log`, sh`echo second >>log; touch done`],
};

/** The same in so many words that one command cannot carry it: it goes command by command. */
const long = sh`: ${'x'.repeat(20_000)}`;

const ways = shells.flatMap((shell) => [
  { shell, way: 'in one trip', of: (whole: Step): Step => whole },
  { shell, way: 'in turn', of: (whole: Step): Step => ({ ...whole, check: all(long, whole.check) }) },
]);

describe.each(ways)('converge $way, by $shell', ({ shell, way, of }) => {
  let directory: string;
  let remote: ShellRemote;
  const log = async () => (await readFile(join(directory, 'log'), 'utf8')).trim().split('\n');
  const run = (whole: Step, output: string[] = []) =>
    converge(of(whole), remote, { signal, onOutput: (text) => output.push(text) });
  const failure = (whole: Step) => run(whole).catch((error: unknown) => error);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-converge-'));
    remote = shellRemote(shell, directory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('leaves alone what holds already', async () => {
    await writeFile(join(directory, 'done'), '');
    expect(await run(step)).toBe('already-done');
    expect(await log()).toEqual(['check']);
    expect(remote.trips()).toBe(1);
  });

  it('checks, applies in order and checks again', async () => {
    expect(await run(step)).toBe('applied');
    expect(await log()).toEqual(['check', 'first', 'second', 'check']);
    expect(remote.trips()).toBe(way === 'in turn' ? 4 : 1);
  });

  it('stops at the first command that fails, and says so in its own words', async () => {
    const fails = sh`echo chatter; echo 'FATAL: no space' >&2; exit 4`;
    const before = sh`echo before; echo before >&2`;
    expect(await failure({ ...step, apply: [before, fails, ...step.apply] })).toMatchObject({
      code: 'STEP_FAILED',
      retryable: false,
      message: 'write settings: exit 4: FATAL: no space',
    });
    expect(await log()).toEqual(['check']);
  });

  it('falls back to stdout, and to nothing, where stderr is silent', async () => {
    const failing = (first: Command) => failure({ ...step, apply: [first] });
    expect(await failing(sh`echo why; exit 4`)).toMatchObject({ message: 'write settings: exit 4: why' });
    expect(await failing(sh`kill -9 $$`)).toMatchObject({ code: 'STEP_FAILED' });
    expect(await failing(sh`exit 4`)).toMatchObject({ message: 'write settings: exit 4' });
  });

  it('keeps the last 2 KiB of what was said', async () => {
    const talks = sh`i=0; while [ $i -lt 5000 ]; do printf x; i=$((i + 1)); done; echo the end; false`;
    const { message } = (await failure({ ...step, apply: [talks] })) as Error;
    expect(message).toMatch(/^write settings: exit 1: …x+the end$/);
    expect(message.length).toBeLessThan(2100);
  });

  it('fails where the check still fails, with what the check said', async () => {
    const check = sh`echo 'max_connections is 100'; false`;
    expect(await failure({ ...step, check })).toMatchObject({
      code: 'STEP_FAILED',
      message: 'write settings: applied, yet its check still fails: max_connections is 100',
    });
  });

  it('asks again where the effect comes about by itself', async () => {
    const check = sh`echo check >>log; [ "$(grep -c check log)" -ge 4 ]`;
    expect(await run({ ...step, check, settle: { timeoutMs: 10_000 } })).toBe('applied');
    expect(await log()).toEqual(['check', 'first', 'second', 'check', 'check', 'check']);
  });

  it('asks until the time is up, and at its end', async () => {
    const check = sh`echo check >>log; false`;
    const startedAt = performance.now();
    const error = await failure({ ...step, check, settle: { timeoutMs: 200 } });
    expect(error).toMatchObject({ message: expect.stringContaining('its check still fails') as unknown });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(198);
    // After 0, 50, 150 and 200 ms, and before all of it.
    const asked = (await log()).filter((line) => line === 'check').length;
    expect(asked).toBeLessThanOrEqual(1 + 4);
    expect(asked).toBeGreaterThanOrEqual(1 + 2);
  });

  it('gives each command its own stdin, whole, also to one that reads none of it', async () => {
    const texts = ['wanted\n\n', 'one\nwithout an end', new Secret('two $1 "\\n" *\n\n')];
    const [wanted = '', one = '', two = ''] = texts;
    const whole: Step = {
      ...step,
      check: withStdin(sh`cat >>checked; [ -e done ]`, wanted),
      apply: [
        withStdin(sh`cat >one`, one),
        withStdin(sh`true`, 'x'.repeat(200_000)),
        sh`cat >none`,
        withStdin(sh`cat >two; touch done`, two),
      ],
    };
    expect(await run(whole)).toBe('applied');
    const held = async (name: string) => readFile(join(directory, name), 'utf8');
    expect(await held('checked')).toBe('wanted\n\nwanted\n\n');
    expect([await held('one'), await held('none')]).toEqual(['one\nwithout an end', '']);
    expect(await held('two')).toBe('two $1 "\\n" *\n\n');
  });

  it('shows what apply prints as it is, line by line, and nothing else', async () => {
    const output: string[] = [];
    const apply = [sh`echo one; echo two`, sh`printf 'no end'`, sh`echo three; touch done`];
    expect(await run({ ...step, check: sh`echo looking; [ -e done ]`, apply }, output)).toBe('applied');
    const lines = output
      .join('\n')
      .split(/\n+/)
      .filter((line) => line !== '');
    expect(lines.sort()).toEqual(['no end', 'one', 'three', 'two']);
  });

  it('masks the secrets of the step in its output and in its failures', async () => {
    const secret = new Secret("ALTER ROLE admin PASSWORD 'hunter2'\n");
    const output: string[] = [];
    const psql = withStdin(
      sh`read -r line; echo "LINE 1: $line"; printf 'the rest'; echo "ERROR: $line" >&2; exit 3`,
      secret,
    );
    const error = await run({ ...step, apply: [psql] }, output).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: 'write settings: exit 3: ERROR: [secret]' });
    expect(output.join('')).toContain('LINE 1: [secret]\n');
    expect(output.join('')).not.toContain('hunter2');
  });

  it('leaves nothing of one command to the next', async () => {
    const apply = [
      sh`cd /; umask 0; IFS=x; trap 'echo left' EXIT; here=1`,
      sh`[ -z "$here" ] && [ "$IFS" != x ] && touch done`,
    ];
    expect(await run({ ...step, apply })).toBe('applied');
  });
});

describe('converge', () => {
  it('stops waiting on abort, with its reason', async () => {
    const abort = new AbortController();
    const reason = new DomainError('CANCELLED', 'enough');
    const remote = scriptedRemote(({ text }) => {
      setImmediate(() => {
        abort.abort(reason);
      });
      const [mark = ''] = /dtrove-[0-9a-f]{16}/.exec(text) ?? [];
      return { code: 1, stdout: `\n${mark} 2\n` };
    });
    const settling = converge({ ...step, settle: { timeoutMs: 60_000 } }, remote, { signal: abort.signal });
    await expect(settling).rejects.toBe(reason);
  });

  it('passes on what the Remote throws, as it is', async () => {
    const lost = new DomainError('REMOTE_UNREACHABLE', 'gone', { retryable: true });
    await expect(
      converge(
        step,
        scriptedRemote(() => Promise.reject(lost)),
        { signal },
      ),
    ).rejects.toBe(lost);
  });

  it('says so where nothing of it came to run', async () => {
    const remote = scriptedRemote(() => ({ code: 1, stderr: 'sudo: a password is required\n' }));
    await expect(converge(step, remote, { signal })).rejects.toThrow(
      'write settings: exit 1: sudo: a password is required',
    );
  });
});
