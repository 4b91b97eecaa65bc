import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withStdin } from '../../../src/shell/command.js';
import { directory, file } from '../../../src/shell/file.js';
import { Secret } from '../../../src/shell/secret.js';
import { runIn, shells } from '../../support/shells.js';

const me = userInfo().username;

describe.each(shells)('files, by %s', (shell) => {
  let home: string;
  let path: string;
  const code = (...command: Parameters<typeof runIn> extends [string, ...infer Rest] ? Rest : never) =>
    runIn(shell, ...command).code;
  const modeOf = (of: string) => (statSync(of).mode & 0o7777).toString(8);

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "dtrove it's-"));
    path = join(home, 'a file.conf');
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  it('writes any text, and then finds that it matches', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(runIn(shell, file.write(path, new Secret(text), { mode: 0o640, owner: me }))).toEqual({
          code: 0,
          stdout: '',
          stderr: '',
        });
        expect(readFileSync(path, 'utf8')).toBe(text);
        expect(code(file.matches(path, new Secret(text), { mode: 0o640, owner: me }))).toBe(0);
        expect(code(file.matches(path, `${text}\n`))).toBe(1);
      }),
      { numRuns: 30 },
    );
    expect(modeOf(path)).toBe('640');
    expect(readdirSync(home)).toEqual(['a file.conf']);
  });

  it('tells a file that is missing, differs, or has another mode or owner', () => {
    expect(code(file.matches(path, ''))).not.toBe(0);
    writeFileSync(path, 'x', { mode: 0o600 });
    expect(code(file.matches(path, 'x'))).toBe(0);
    expect(code(file.matches(path, 'x', { mode: 0o600 }))).toBe(0);
    expect(code(file.matches(path, 'x', { mode: 0o640 }))).toBe(1);
    expect(code(file.matches(path, 'x', { owner: 'nobody' }))).toBe(1);
    expect(code(file.matches(path, 'y', { mode: 0o600 }))).toBe(1);
  });

  it('replaces a file and its mode', () => {
    writeFileSync(path, 'old', { mode: 0o666 });
    expect(code(file.write(path, 'new', { mode: 0o600 }))).toBe(0);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', '600']);
  });

  it('leaves the old file, and nothing else, when stdin ends early', () => {
    writeFileSync(path, 'old');
    const write = file.write(path, 'the whole of it', { mode: 0o600 });
    expect(code(withStdin(write, 'the who'))).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(home)).toEqual(['a file.conf']);
  });

  it('does not write into a directory that stands at the path', () => {
    mkdirSync(path);
    expect(code(file.write(path, 'x', { mode: 0o600 }))).toBe(1);
    expect(readdirSync(path)).toEqual([]);
  });

  it('fails in words where the directory is missing', () => {
    const { code: exit, stderr } = runIn(shell, file.write(join(home, 'no', 'such'), 'x', { mode: 0o600 }));
    expect(exit).toBe(1);
    expect(stderr).toContain('No such file or directory');
  });

  it('tells what exists from what is absent', () => {
    expect([code(file.exists(path)), code(file.absent(path))]).toEqual([1, 0]);
    writeFileSync(path, '');
    expect([code(file.exists(path)), code(file.absent(path))]).toEqual([0, 1]);
    rmSync(path);
    symlinkSync('nowhere', path);
    expect([code(file.exists(path)), code(file.absent(path))]).toEqual([1, 1]);
  });

  it('removes a file, once or twice', () => {
    writeFileSync(path, '');
    expect([code(file.remove(path)), code(file.remove(path))]).toEqual([0, 0]);
    expect(code(file.absent(path))).toBe(0);
  });

  it('makes a directory with its parents, and mends its mode', () => {
    const deep = join(home, 'x', 'y z');
    expect(code(file.isDirectory(deep))).toBe(1);
    expect(code(directory(deep, 0o700, me))).toBe(0);
    expect(code(file.isDirectory(deep, { mode: 0o700, owner: me }))).toBe(0);
    expect(code(file.isDirectory(deep, { mode: 0o755 }))).toBe(1);
    expect(code(directory(deep, 0o750))).toBe(0);
    expect(modeOf(deep)).toBe('750');
    expect(lstatSync(join(home, 'x')).isDirectory()).toBe(true);
    writeFileSync(path, '');
    expect(code(file.isDirectory(path))).toBe(1);
  });
});

describe('file', () => {
  it('keeps a secret out of the text', () => {
    const secret = new Secret('hunter2');
    for (const command of [file.write('/etc/x', secret, { mode: 0o600 }), file.matches('/etc/x', secret)]) {
      expect(command.text).not.toContain('hunter2');
      expect(command.stdin).toBe(secret);
    }
  });

  it('builds these commands', () => {
    expect(file.matches('/etc/x', 'a').text).toBe('cmp -s - /etc/x');
    expect(file.matches('/etc/x', 'a', { mode: 0o640, owner: 'root:postgres' }).text).toBe(
      'cmp -s - /etc/x && found=$(find -H /etc/x -prune -type f -perm 0640 -user root -group postgres 2>/dev/null) && [ -n "$found" ]',
    );
    expect(file.write('/etc/x', 'aé', { mode: 0o640, owner: 'root:postgres' }).text).toBe(`(umask 077
[ ! -d /etc/x ] && new=$(mktemp /etc/.x.XXXXXX) || exit 1
trap 'rm -f "$new"' EXIT; trap 'exit 1' HUP INT TERM
cat >"$new" && [ "$(wc -c <"$new")" -eq 3 ] && chown root:postgres "$new" && chmod 0640 "$new" && mv -f "$new" /etc/x)`);
    expect(directory('/srv/x', 0o700, 'postgres').text).toBe(
      'mkdir -p -m 0700 /srv/x && chmod 0700 /srv/x && chown postgres /srv/x',
    );
  });
});
