import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { apt } from '../../../src/shell/apt.js';
import { sh } from '../../../src/shell/command.js';
import { systemd } from '../../../src/shell/systemd.js';
import { runIn } from '../../support/shells.js';

describe('apt', () => {
  it('waits for the lock, asks nothing and keeps our configuration', () => {
    const options =
      '-q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';
    expect(apt.update().text).toBe(`DEBIAN_FRONTEND=noninteractive apt-get ${options} update`);
    expect(apt.install(['postgresql-16=16.4-1', 'a;b']).text).toBe(
      `DEBIAN_FRONTEND=noninteractive apt-get ${options} --no-install-recommends install postgresql-16=16.4-1 'a;b'`,
    );
  });

  it.each([
    ['installed\ninstalled\n', 0, 0],
    ['installed\nconfig-files\n', 0, 1],
    ['installed\n', 1, 1],
  ])('takes packages for installed where dpkg says %j, exit %d', (says, exit, expected) => {
    const bin = mkdtempSync(join(tmpdir(), 'dtrove-dpkg-'));
    writeFileSync(join(bin, 'dpkg-query'), `#!/bin/sh\n${sh`printf %s ${says}; exit ${exit}`.text}\n`, { mode: 0o755 });
    const { code } = runIn('/bin/sh', apt.installed(['a', 'b']), { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    rmSync(bin, { recursive: true });
    expect(code).toBe(expected);
  });

  it('asks dpkg for the state of each', () => {
    expect(apt.installed(['a=1.2']).text).toBe(apt.installed(['a']).text);
    expect(apt.installed(['a', 'b']).text).toBe(
      `found=$(dpkg-query -W -f '\${db:Status-Status}\\n' a b 2>/dev/null) && ! printf '%s\\n' "$found" | grep -qvx installed`,
    );
  });
});

describe('apt, all of it', () => {
  let bin: string;
  const program = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  const obtain = (packages: readonly string[]) =>
    runIn('/bin/sh', apt.obtain(packages, '^db-[0-9]+$'), { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  const calls = () => readFileSync(join(bin, 'calls'), 'utf8');

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'dtrove-apt-'));
    program('sleep', 'true');
    program('ls', 'true');
    program(
      'apt-cache',
      `case $1 in
policy) [ "$2" = db-9 ] || echo '  Candidate: 1.2' ;;
search) printf 'db-10 - ten\\ndb-8 - eight\\n' ;;
esac`,
    );
    program('apt-get', `for last; do :; done; echo "$last" >>${join(bin, 'calls')}; echo "doing $last"`);
  });

  afterEach(() => {
    rmSync(bin, { recursive: true });
  });

  it('refreshes the lists, then installs', () => {
    expect(obtain(['db-8', 'more=1'])).toMatchObject({ code: 0, stdout: 'doing update\ndoing more=1\n' });
  });

  it('says which package is missing, and what there is', () => {
    const { code, stdout } = obtain(['db-9', 'more']);
    expect([code, stdout]).toEqual([
      100,
      expect.stringMatching(/^doing update\n.* has no package db-9; it offers: db-8 db-10 \n$/),
    ]);
    expect(calls()).toBe('update\n');
  });

  it('tries again while somebody else holds a lock that apt does not wait for', () => {
    const calls = join(bin, 'calls');
    program(
      'apt-get',
      `for last; do :; done; echo "$last" >>${calls}
[ "$(wc -l <${calls})" -gt 2 ] || { echo 'E: Could not get lock /var/lib/apt/lists/lock.'; exit 100; }`,
    );
    expect(obtain(['db-8']).code).toBe(0);
    expect(readFileSync(calls, 'utf8')).toBe('update\nupdate\nupdate\ndb-8\n');
  });

  it('gives up after ten minutes, in the words that name who holds the lock', () => {
    const held = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 42 (unattended-upgr)';
    program('apt-get', `for last; do :; done; echo "$last" >>${join(bin, 'calls')}; echo '${held}'; exit 100`);
    // Each look at the clock is four minutes after the last one.
    program('date', `echo >>${join(bin, 'looks')}; echo $(($(wc -l <${join(bin, 'looks')}) * 240))`);
    const { code, stdout } = obtain(['db-8']);
    expect([code, stdout.trim().split('\n').at(-1)]).toEqual([100, held]);
    expect(calls()).toBe('update\nupdate\nupdate\ndb-8\n');
  });

  it('fails as apt does, at once, for any other reason', () => {
    program('apt-get', 'echo "E: no space left"; exit 100');
    expect(obtain(['db-8'])).toMatchObject({ code: 100, stdout: 'E: no space left\nE: no space left\n' });
  });

  it('ends what an earlier dpkg left half done', () => {
    program('ls', 'echo 0001');
    program('dpkg', 'echo "dpkg $*"');
    expect(obtain(['db-8']).stdout).toBe(
      'doing update\ndpkg --configure -a --force-confdef --force-confold\ndoing db-8\n',
    );
  });
});

describe('systemd', () => {
  it.each([
    ['inactive', 0],
    ['failed', 0],
    ['active', 1],
    ['activating', 1],
  ])('takes a unit that is %s for stopped: exit %d', (state, code) => {
    expect(runIn('/bin/sh', sh`systemctl() { echo ${state}; }; ${systemd.isInactive('db')}`).code).toBe(code);
  });

  it.each([
    ['LoadState=loaded\nNeedDaemonReload=no', 0],
    ['LoadState=loaded\nNeedDaemonReload=yes', 1],
    ['LoadState=not-found\nNeedDaemonReload=no', 1],
  ])('takes a unit for loaded where systemd says %j: exit %d', (says, code) => {
    expect(runIn('/bin/sh', sh`systemctl() { echo ${says}; }; ${systemd.isLoaded('db')}`).code).toBe(code);
  });

  it.each([
    [systemd.isActive('postgresql'), 'systemctl is-active --quiet postgresql'],
    [systemd.isEnabled('postgresql'), 'systemctl is-enabled --quiet postgresql'],
    [systemd.start('postgresql'), 'systemctl start postgresql'],
    [systemd.stop('postgresql@16-main'), 'systemctl stop postgresql@16-main'],
    [systemd.restart('postgresql'), 'systemctl restart postgresql'],
    [systemd.enable('postgresql'), 'systemctl enable --quiet postgresql'],
    [systemd.reload(), 'systemctl daemon-reload'],
  ])('$text', ({ text }, expected) => {
    expect(text).toBe(expected);
  });
});
