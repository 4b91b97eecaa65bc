import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownCommand } from '../../../src/shell/own-command.js';
import { runIn, shells } from '../../support/shells.js';

/** Texts with all that a shell makes something of. */
const texts = fc
  .array(fc.oneof(fc.constantFrom(...Array.from(`'"\\$\`!*?~#&;|<>(){}[]%\n\t `)), fc.string({ unit: 'grapheme' })), {
    maxLength: 40,
  })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((text) => !/\p{Cs}/u.test(text));

describe.each(shells)('a command of the administrator’s, by %s', (shell) => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'dtrove own-'));
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const run = (text: string) => runIn(shell, ownCommand(text), { HOME: home, TMPDIR: home });

  it('is what it was, whatever it holds', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { stdout } = run(`cat <<'the end of it'\n${text}\nthe end of it\n`);
        expect(stdout).toBe(`${text}\n`);
      }),
      { numRuns: 15 },
    );
  });

  it('does what the same text does in a shell of its own', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const script = `set -f; IFS= ; v='${text.replaceAll("'", `'\\''`)}'; printf '<%s>' "$v" $v "\${#v}"; (exit 7)`;
        const direct = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', input: '', cwd: home });
        expect(run(script)).toMatchObject({ stdout: direct.stdout, code: 7 });
      }),
      { numRuns: 15 },
    );
  });

  it('has an empty stdin, no tty, the home as its directory, and nothing of ours open', () => {
    const files = process.platform === 'linux' ? 'ls /proc/self/fd' : 'true';
    const { stdout } = run(`cat; tty; pwd; echo "$HOME"; echo words >&2; ${files}`);
    const [tty, pwd, homeOf, words, ...open] = stdout.trim().split('\n');
    expect([tty, pwd, homeOf, words]).toEqual(['not a tty', home, home, 'words']);
    // The same as without us: what these tests were started with may be open there and here.
    const direct = spawnSync('/bin/sh', ['-c', files], { encoding: 'utf8', input: '' });
    expect(open).toEqual(direct.stdout.split('\n').filter((name) => name !== ''));
  });

  it.each([
    ['true', 0],
    ['exit 42', 42],
    ['kill -KILL $$', 137],
    ['no-such-command-anywhere', 127],
    ['if', 2],
  ])('tells how it ended: %s', (text, code) => {
    const ran = run(text);
    // bash calls a syntax error 1 or 2, depending on how it is called.
    expect(text === 'if' ? Math.max(ran.code, 2) : ran.code).toBe(code);
  });

  it('may print without an end: its beginning is passed on, then its last words', () => {
    const { stdout, code } = run('head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last words');
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(1_500_000);
    expect(stdout).toMatch(/^x+\n\[a long output: what follows is its end\]\nx+\nlast words\n$/);
  });

  it('may leave a process behind that holds its output, and is not kept by it', () => {
    const began = performance.now();
    const { text, stdin } = ownCommand('sleep 30 & echo $! >pid; echo gone on');
    // As on a server, its output is a file.
    const output = openSync(join(home, 'output'), 'w');
    const { status } = spawnSync(shell, ['-c', text], {
      input: String(stdin),
      env: { ...process.env, HOME: home },
      stdio: ['pipe', output, output],
    });
    process.kill(Number(readFileSync(join(home, 'pid'), 'utf8')), 'SIGKILL');
    closeSync(output);
    expect({ status, output: readFileSync(join(home, 'output'), 'utf8') }).toEqual({ status: 0, output: 'gone on\n' });
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});
