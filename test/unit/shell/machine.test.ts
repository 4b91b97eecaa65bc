import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
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
    expect(apt.installed(['a', 'b']).text).toBe(
      `found=$(dpkg-query -W -f '\${db:Status-Status}\\n' a b 2>/dev/null) && ! printf '%s\\n' "$found" | grep -qvx installed`,
    );
  });
});

describe('systemd', () => {
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
