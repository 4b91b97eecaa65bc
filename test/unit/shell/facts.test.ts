import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { sh } from '../../../src/shell/command.js';
import { gatherFacts, parseFacts, refusesSystem } from '../../../src/shell/facts.js';
import { runIn, shells } from '../../support/shells.js';

const local = { HOME: '/home/me and you', SUDO_USER: '', DTROVE_INIT: 'local', DTROVE_RUN_DIR: '/tmp/r' };

const printed = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    init: 'systemd',
    os: 'debian',
    osVersion: '12',
    osName: 'Debian GNU/Linux 12 (bookworm)',
    packageManager: 'apt',
    cpus: '2',
    memoryMb: '2048',
    diskGb: '39',
    home: '/root',
    runDir: '/run',
    ...changes,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe.each(shells)('facts, gathered by %s', (shell) => {
  it('are those of this machine, as a server of the local provider', () => {
    const { stdout, stderr, code } = runIn(shell, gatherFacts(), local);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const { os, osVersion, osName, diskGb, ...facts } = parseFacts(stdout);
    expect(`${os} ${osVersion}`).toMatch(/^[a-z]/);
    expect(osName).toMatch(/./);
    const { bsize, blocks } = statfsSync('/');
    expect(diskGb).toBe(Math.floor((bsize * blocks) / 2 ** 30));
    expect(facts).toEqual({
      init: 'local',
      packageManager: 'none',
      cpus: availableParallelism(),
      memoryMb: Math.floor(totalmem() / 1048576),
      home: '/home/me and you',
      runDir: '/tmp/r',
    });
  });

  it('name systemd where it runs', () => {
    const { stdout } = runIn(shell, gatherFacts(), { ...local, DTROVE_INIT: '' });
    expect(stdout).toContain(existsSync('/run/systemd/system') ? 'init=systemd\n' : 'init=unknown\n');
    expect(stdout).toContain('runDir=/run\n');
    expect(stdout).toContain(`packageManager=${existsSync('/usr/bin/apt-get') ? 'apt' : ''}`);
  });

  it('are asked of macOS in its own way', () => {
    const { stdout } = runIn(
      shell,
      sh`
uname() { echo Darwin; }
sw_vers() { echo 15.1; }
sysctl() { echo 17179869184; }
${gatherFacts()}`,
      local,
    );
    expect(parseFacts(stdout)).toMatchObject({ os: 'darwin', osVersion: '15.1', memoryMb: 16384 });
  });

  it('tell the home of the login user, not of root, below sudo', () => {
    const stub = sh`getent() { echo "$2:x:1000:1000::/home/of-$2:/bin/sh"; }\n${gatherFacts()}`;
    expect(runIn(shell, stub, { ...local, SUDO_USER: 'debian' }).stdout).toContain('home=/home/of-debian\n');
  });
});

describe('parseFacts', () => {
  it('reads them', () => {
    expect(parseFacts(printed({ home: '/home/a=b' }))).toEqual({
      init: 'systemd',
      os: 'debian',
      osVersion: '12',
      osName: 'Debian GNU/Linux 12 (bookworm)',
      packageManager: 'apt',
      cpus: 2,
      memoryMb: 2048,
      diskGb: 39,
      home: '/home/a=b',
      runDir: '/run',
    });
  });

  it('takes a rolling release, which has no version', () => {
    expect(parseFacts(printed({ osVersion: '' })).osVersion).toBe('');
  });

  it.each([
    [{ init: 'unknown' }, 'init'],
    [{ cpus: '0' }, 'cpus'],
    [{ memoryMb: 'much' }, 'memoryMb'],
    [{ diskGb: '' }, 'diskGb'],
    [{ home: '' }, 'home'],
    [{ runDir: 'run' }, 'runDir'],
  ])('names the fact that makes no sense: %j', (changes, name) => {
    expect(() => parseFacts(printed(changes))).toThrow(`the server's ${name} is`);
  });

  it('refuses what is no answer at all', () => {
    expect(() => parseFacts('')).toThrow('init');
  });
});

describe('refusesSystem', () => {
  it.each([{}, { os: 'ubuntu', osName: 'Ubuntu 24.04 LTS' }, { init: 'local', os: 'arch', packageManager: 'none' }])(
    'lets a server be that a datastore can be on: %j',
    (changes) => {
      expect(refusesSystem(printed(changes))).toBeNull();
    },
  );

  it.each([
    [{ os: 'rocky', osName: 'Rocky Linux 9.4 (Blue Onyx)', packageManager: 'dnf' }, 'Rocky Linux 9.4 (Blue Onyx);'],
    [{ os: 'arch', osName: '', packageManager: 'pacman' }, 'arch;'],
    [{ packageManager: 'none' }, 'Debian GNU/Linux 12 (bookworm) without apt;'],
    [{ init: 'unknown', os: 'alpine', osName: 'Alpine Linux v3.20' }, 'Alpine Linux v3.20 without systemd;'],
  ])('refuses %j by its name', (changes, words) => {
    expect(refusesSystem(printed(changes))).toContain(`the server runs ${words} a datastore needs Debian or Ubuntu`);
  });

  it('says nothing of what is no answer', () => {
    expect(refusesSystem('')).toBeNull();
  });
});
