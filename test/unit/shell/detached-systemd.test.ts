import { describe, expect, it } from '@jest/globals';
import { sh, withStdin, type Command } from '../../../src/shell/command.js';
import { detached, type DetachedJob } from '../../../src/shell/detached.js';
import { Secret } from '../../../src/shell/secret.js';
import { runIn } from '../../support/shells.js';

const job = (command: Command): DetachedJob => ({
  kind: 'detached',
  name: 'apt-7',
  command,
  init: 'systemd',
  timeoutMs: 1,
});

const lastLine = (command: Command): string => command.text.trim().split('\n').at(-1) ?? '';

describe('a systemd job', () => {
  it('starts as a transient unit that stays after its end', () => {
    expect(lastLine(detached.start(job(sh`apt-get install ${'a b'}`)))).toBe(
      `systemd-run --unit="$unit" --description="$unit" --no-block --quiet --remain-after-exit --property=TimeoutStopSec=5 --property=StandardOutput=append:"/run/$unit.output" --property=StandardError=inherit /bin/sh -c 'apt-get install '\\''a b'\\'''`,
    );
  });

  it('keeps its dollars from systemd', () => {
    expect(lastLine(detached.start(job(sh`echo "$HOME" $$`)))).toContain(`/bin/sh -c 'echo "$$HOME" $$$$'`);
  });

  it('is started by one starter at a time, and forgets how it went before', () => {
    expect(
      detached
        .start(job(sh`true`))
        .text.split('\n')
        .slice(-8, -3),
    ).toEqual([
      'exec 9>"/run/$unit.lock" && flock 9 || exit 1',
      'look',
      `[ "$status" != 'running -' ] || exit 0`,
      'systemctl stop "$unit" 2>/dev/null',
      'systemctl reset-failed "$unit" 2>/dev/null',
    ]);
  });

  it('takes a secret through memory, whole or not at all', () => {
    const start = detached.start(job(withStdin(sh`cat`, new Secret('hunter2'))));
    expect(start.text).not.toContain('hunter2');
    expect(start.text).toContain(
      'input=/run/dtrove-apt-7.stdin; (umask 077 && cat >"$input") && [ "$(wc -c <"$input")" -eq 7 ] || exit 1',
    );
    expect(lastLine(start)).toContain(`'exec </run/dtrove-apt-7.stdin; rm -f /run/dtrove-apt-7.stdin; exec sh -c cat'`);
  });

  it.each([
    ['not-found', 'dead', 0, 0, { state: 'not-started', code: null }],
    ['loaded', 'dead', 0, 0, { state: 'running', code: null }],
    ['loaded', 'running', 0, 0, { state: 'running', code: null }],
    ['loaded', 'stop-sigterm', 0, 0, { state: 'running', code: null }],
    ['loaded', 'exited', 1, 0, { state: 'succeeded', code: 0 }],
    ['loaded', 'failed', 1, 100, { state: 'failed', code: 100 }],
    ['loaded', 'failed', 2, 9, { state: 'failed', code: 137 }],
    ['loaded', 'failed', 0, 0, { state: 'failed', code: null }],
  ])('reads %s, %s, code %s, status %s', (load, sub, code, status, expected) => {
    const properties = `LoadState=${load}\nSubState=${sub}\nExecMainCode=${String(code)}\nExecMainStatus=${String(status)}\nMainPID=0\n`;
    const asked = 'show -p LoadState -p SubState -p ExecMainCode -p ExecMainStatus -p MainPID dtrove-apt-7';
    const stubs = sh`
systemctl() { [ "$*" = ${asked} ] && printf %s ${properties}; }
tail() { echo "the last of $*"; }
${detached.wait(job(sh`true`), 0)}`;
    expect(detached.parse(runIn('/bin/sh', stubs))).toEqual({
      ...expected,
      output: 'the last of -c 4096 /run/dtrove-apt-7.output\n',
    });
  });

  it('stops with its unit', () => {
    expect(detached.stop(job(sh`true`)).text).toBe('systemctl stop dtrove-apt-7 2>/dev/null || :');
  });
});
