import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sh, withStdin, type Command } from '../../../src/shell/command.js';
import { detached, type DetachedJob } from '../../../src/shell/detached.js';
import { Secret } from '../../../src/shell/secret.js';
import { runIn } from '../../support/shells.js';

/** Everything that the jobs use, except setsid: macOS has none. */
const macTools = [
  'sh',
  'cat',
  'date',
  'head',
  'mkdir',
  'mkfifo',
  'mv',
  'ps',
  'rm',
  'rmdir',
  'sleep',
  'tail',
  'tr',
  'wc',
];

describe.each([
  { shell: '/bin/sh', withSetsid: true },
  { shell: '/bin/bash', withSetsid: false },
])('a local job, by $shell, with setsid: $withSetsid', ({ shell, withSetsid }) => {
  let root: string;
  let env: Record<string, string>;
  const run = (command: Command) => runIn(shell, command, env);
  const job = (command: Command, name = 'install-1'): DetachedJob => ({
    kind: 'detached',
    name,
    command,
    init: 'local',
    timeoutMs: 60_000,
  });
  const wait = (of: DetachedJob, seconds = 30) => detached.parse(run(detached.wait(of, seconds)));
  /** The same without the pauses between two looks. */
  const hurried = (command: Command) =>
    sh`sleep() { [ "$1" = 0.05 ] || command sleep "$1"; }
${command}`;
  const fileOf = (name: string) => join(root, name);
  const pidOf = (of: DetachedJob) =>
    Number(readFileSync(join(root, '.dtrove-jobs', of.name, 'state'), 'utf8').split(' ')[1]);
  /** A job that runs until the test lets go of it, and tells each of its runs. */
  const gated = () => job(sh`echo run >>runs; read -r code <gate; exit "$code"`);
  const letGo = (code: number) => {
    writeFileSync(fileOf('gate'), `${String(code)}\n`);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dtrove jobs-'));
    env = { HOME: root };
    if (!withSetsid) {
      mkdirSync(fileOf('bin'));
      const where = runIn(
        '/bin/sh',
        sh`command -v ${'mkfifo'}; for tool in ${macTools}; do command -v "$tool"; done`,
      ).stdout;
      for (const tool of new Set(where.trim().split('\n')))
        symlinkSync(tool, join(root, 'bin', tool.replace(/.*\//, '')));
      env['PATH'] = fileOf('bin');
    }
    runIn('/bin/sh', sh`mkfifo ${fileOf('gate')}`);
  });

  afterEach(() => {
    for (const name of existsSync(fileOf('.dtrove-jobs')) ? readdirSync(fileOf('.dtrove-jobs')) : []) {
      run(detached.stop(job(sh`:`, name)));
    }
    rmSync(root, { recursive: true });
  });

  it('is not started at first', () => {
    expect(wait(job(sh`:`), 0)).toEqual({ state: 'not-started', code: null, output: '' });
  });

  it('succeeds, and tells what it printed', () => {
    const good = job(sh`echo out; echo err >&2`);
    expect(run(detached.start(good))).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(wait(good)).toEqual({ state: 'succeeded', code: 0, output: 'out\nerr\n' });
  });

  it('fails with its exit code', () => {
    const bad = job(sh`echo why; exit 3`);
    run(detached.start(bad));
    expect(wait(bad)).toEqual({ state: 'failed', code: 3, output: 'why\n' });
  });

  it('runs at home, without stdin', () => {
    const at = job(sh`pwd; cat`);
    run(detached.start(at));
    expect(wait(at).output).toBe(`${root}\n`);
  });

  it('tells the last 4 KiB only, from a whole character on', () => {
    const loud = job(sh`i=0; while [ $i -lt 3000 ]; do printf 'é'; i=$((i + 1)); done; printf x`);
    run(detached.start(loud));
    const { output } = wait(loud);
    expect(output).toBe(`${'é'.repeat(2047)}x`);
  });

  it('is waited for no longer than asked', () => {
    const slow = gated();
    run(detached.start(slow));
    expect(wait(slow, 0).state).toBe('running');
    expect(wait(slow, 1).state).toBe('running');
    letGo(0);
    expect(wait(slow).state).toBe('succeeded');
  });

  it('is joined while it runs', () => {
    const joined = gated();
    run(detached.start(joined));
    const pid = pidOf(joined);
    expect(run(detached.start(joined)).code).toBe(0);
    expect(pidOf(joined)).toBe(pid);
    letGo(0);
    expect(wait(joined).state).toBe('succeeded');
    expect(readFileSync(fileOf('runs'), 'utf8')).toBe('run\n');
  });

  it('starts anew once it has ended, however it ended', () => {
    const again = gated();
    for (const code of [5, 0, 0]) {
      run(detached.start(again));
      letGo(code);
      expect(wait(again).code).toBe(code);
    }
    expect(readFileSync(fileOf('runs'), 'utf8')).toBe('run\n'.repeat(3));
  });

  it('runs once when many start it at once', async () => {
    const single = gated();
    const { text } = detached.start(single);
    const starters = Array.from({ length: 8 }, () =>
      spawn(shell, ['-c', text], { env: { ...process.env, ...env }, argv0: 'sh' }),
    );
    const codes = await Promise.all(starters.map(async (starter) => (await once(starter, 'close'))[0] as number));
    expect(codes).toEqual(Array.from({ length: 8 }, () => 0));
    letGo(0);
    expect(wait(single).state).toBe('succeeded');
    expect(readFileSync(fileOf('runs'), 'utf8')).toBe('run\n');
  });

  it('is lost when its process vanished without an exit code', () => {
    const killed = gated();
    run(detached.start(killed));
    run(sh`kill -KILL ${`-${String(pidOf(killed))}`}`);
    expect(wait(killed)).toEqual({ state: 'failed', code: null, output: '' });
    run(detached.start(killed));
    letGo(0);
    expect(wait(killed).state).toBe('succeeded');
  });

  it('is lost when another process bears its pid', () => {
    const lost = job(sh`:`);
    run(detached.start(lost));
    wait(lost);
    writeFileSync(join(root, '.dtrove-jobs', lost.name, 'state'), `running ${String(process.pid)} 1\n`);
    expect(wait(lost)).toMatchObject({ state: 'failed', code: null });
    run(detached.stop(lost)); // must not end this process
    run(detached.start(lost));
    expect(wait(lost).state).toBe('succeeded');
  });

  it('leads a process group of its own', () => {
    const own = job(sh`ps -o pgid= -p $$; read -r code <gate`);
    run(detached.start(own));
    const pid = pidOf(own);
    letGo(0);
    expect(Number(wait(own).output)).toBe(pid);
  });

  it('survives the end of whoever started it, and all of its process group', async () => {
    const survivor = gated();
    const starter = spawn(shell, ['-c', `${detached.start(survivor).text}\necho started; exec sleep 600`], {
      env: { ...process.env, ...env },
      argv0: 'sh',
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(starter.stdout, 'data');
    process.kill(-(starter.pid ?? 0), 'SIGKILL');
    await once(starter, 'close');
    expect(wait(survivor, 0).state).toBe('running');
    letGo(0);
    expect(wait(survivor).state).toBe('succeeded');
  });

  it('stops with its children, and leaves others alone', () => {
    const stubborn = job(sh`trap '' TERM; echo $$ >inner; read -r code <gate; sleep 600`);
    const other = job(sh`read -r code <gate`, 'other');
    run(detached.start(stubborn));
    run(detached.start(other));
    expect(run(detached.stop(job(sh`:`, 'no-such'))).code).toBe(0);
    expect(run(detached.stop(other)).code).toBe(0);
    expect(wait(other)).toMatchObject({ state: 'failed', code: 143 });
    expect(wait(stubborn, 0).state).toBe('running');
    expect(run(hurried(detached.stop(stubborn))).code).toBe(0);
    expect(wait(stubborn).state).toBe('failed');
    expect(run(sh`kill -0 ${`-${readFileSync(fileOf('inner'), 'utf8').trim()}`}`).code).not.toBe(0);
  });

  it('reads its stdin, a secret, from no file', () => {
    const secret = new Secret('hunter2 é\n\nend\n\n');
    const reader = job(withStdin(sh`read -r code <gate; cat`, secret));
    expect(run(detached.start(reader))).toEqual({ code: 0, stdout: '', stderr: '' });
    const directory = join(root, '.dtrove-jobs', reader.name);
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    expect(files.join('')).not.toContain('hunter2');
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
    letGo(0);
    expect(wait(reader)).toEqual({ state: 'succeeded', code: 0, output: secret.reveal() });
  });

  it('does not start on half a stdin', () => {
    const reader = job(withStdin(sh`cat`, 'the whole of it'));
    expect(run(withStdin(detached.start(reader), 'the whole')).code).toBe(1);
    expect(wait(reader).state).toBe('not-started');
  });

  it('starts although it never reads a large stdin', () => {
    const idle = job(withStdin(sh`exit 6`, 'x'.repeat(1024 * 1024)));
    expect(run(detached.start(idle)).code).toBe(0);
    expect(wait(idle).code).toBe(6);
  });

  it('starts although an earlier starter died and left its lock', () => {
    const locked = job(sh`:`);
    mkdirSync(join(root, '.dtrove-jobs', locked.name, 'lock'), { recursive: true });
    expect(wait(locked, 0).state).toBe('running');
    expect(run(hurried(detached.start(locked))).code).toBe(0);
    expect(wait(locked).state).toBe('succeeded');
  });
});

describe('detached', () => {
  it('refuses a name that is none', () => {
    const job: DetachedJob = { kind: 'detached', name: '../x', command: sh`:`, init: 'local', timeoutMs: 1 };
    expect(() => detached.start(job)).toThrow('[a-z0-9-]+');
  });

  it('says so when it cannot read a state', () => {
    expect(() => detached.parse({ code: 127, stdout: '', stderr: 'sh: not found' })).toThrow('sh: not found');
    expect(() => detached.parse({ code: 0, stdout: 'nonsense', stderr: '' })).toThrow('nonsense');
  });
});
