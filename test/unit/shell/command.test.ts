import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { all, quote, sh, withStdin, type ShellArgument } from '../../../src/shell/command.js';
import { Secret } from '../../../src/shell/secret.js';
import { runIn, shells } from '../../support/shells.js';

/** Any text that an argument of a process can carry, with a liking for what shells make something of. */
const word = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...Array.from(' \t\n\r\\\'"`$(){}[]<>|&;*?!#~=%-^,.:/@+aé0')) }),
    fc.constantFrom('', '-n', '--', '$(exit 3)', '`exit 3`', "'", "'\\''", '\\', '\n', '$HOME', '~', '*', 'a=b', '#'),
  )
  .map((text) => text.replaceAll('\0', ''));

describe.each(shells)('sh, run by %s', (shell) => {
  it('hands any strings over unchanged', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const { stdout } = runIn(shell, sh`printf '%s\\0' ${words}`);
        expect(stdout).toBe(words.map((text) => `${text}\0`).join(''));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps a word one word next to literal text, in an assignment and in $(…)', () => {
    fc.assert(
      fc.property(word, (text) => {
        const { stdout } = runIn(
          shell,
          sh`x=${text}; printf '%s\\0' "$x" --a=${text} "$(echo '(quoted)')" $(: ${text})`,
        );
        expect(stdout).toBe(`${text}\0--a=${text}\0(quoted)\0`);
      }),
      { numRuns: 50 },
    );
  });

  it('runs commands in order, each to its end, until one fails', () => {
    expect(runIn(shell, all(sh`echo 1 # a comment`, sh`echo 2`))).toEqual({ code: 0, stdout: '1\n2\n', stderr: '' });
    expect(runIn(shell, all(sh`echo 1; false`, sh`echo 2`))).toEqual({ code: 1, stdout: '1\n', stderr: '' });
    expect(runIn(shell, all())).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('keeps stdin for the last of several commands', () => {
    expect(runIn(shell, all(sh`cat`, withStdin(sh`cat`, 'mine'))).stdout).toBe('mine');
  });

  it('takes a number before a redirection for a word, not for a file descriptor', () => {
    expect(runIn(shell, sh`{ echo ${2}>&3; } 3>&1`).stdout).toBe('2\n');
  });
});

describe('sh', () => {
  it('quotes what needs it and leaves the rest readable', () => {
    expect(sh`rm -f ${'/var/lib/x'} ${'a b'} ${"it's"} ${''} ${7}`.text).toBe(`rm -f /var/lib/x 'a b' 'it'\\''s' '' 7`);
    expect(sh`install ${['a', 'b c', 3]} ${[]}!`.text).toBe(`install a 'b c' 3 !`);
  });

  it('nests commands', () => {
    expect(sh`if ${sh`[ -e ${'a b'} ]`}; then ${sh`rm ${'a b'}`}; fi`.text).toBe(`if [ -e 'a b' ]; then rm 'a b'; fi`);
  });

  it('refuses NUL', () => {
    expect(() => quote('a\0b')).toThrow(TypeError);
  });

  it('refuses to nest a command that reads stdin', () => {
    expect(() => sh`sudo ${withStdin(sh`cat`, 'x')}`).toThrow('stdin');
    expect(() => all(withStdin(sh`cat`, 'x'), sh`cat`)).toThrow('only the last');
  });

  const x = 'x';
  it.each([
    ['double quotes', () => sh`echo "${x}"`],
    ['single quotes', () => sh`echo '${x}'`],
    ['double quotes after an escaped one', () => sh`echo "a\\" ${x}"`],
    ['quotes inside $(…) inside quotes', () => sh`echo "$(basename "${x}")"`],
    ['quotes that close and open again', () => sh`echo "$(echo "a (b" "c)")" "${x}"`],
    ['backticks', () => sh`echo \`cat ${x}\``],
    ['a comment', () => sh`true # ${x}`],
    ['a comment on its own line', () => sh`true\n# it is ${x}`],
    ['a here-document', () => sh`cat <<END\n${x}\nEND`],
    ['an expansion', () => sh`echo \${a:-${x}}`],
    ['arithmetic', () => sh`echo $((1 + ${x}))`],
    ['what follows a backslash', () => sh`echo \\${x}`],
    ['what follows a dollar', () => sh`echo $${x}`],
    ['what follows an ANSI-C quotation', () => sh`echo $'a' ${x}`],
    ['a nested expansion in quotes', () => sh`echo "\${a%"\${a#b}"}" ${x}`],
  ])('refuses a placeholder in %s', (_where, make) => {
    expect(make).toThrow(TypeError);
  });

  it.each([
    ['quotes that are closed', () => sh`echo "a" 'b' ${x}`],
    ['an apostrophe in quotes', () => sh`echo "it's" ${x}`],
    ['an escaped quote', () => sh`echo \\" ${x}`],
    ['a finished comment', () => sh`true # don't\n echo ${x}`],
    ['$# and a # inside a word', () => sh`echo $# a#b ${x}`],
    ['$(…) in quotes', () => sh`echo "$(date +%s)" "$(basename "$0")" ${x}`],
    ['an expansion', () => sh`echo "\${a}" \${a#*.} ${x}`],
    ['arithmetic', () => sh`echo $((1 + 2)) "$((3 + $x))" ${x}`],
    ['$(…)', () => sh`echo $(cat ${x}) "$y"`],
  ])('takes a placeholder after %s', (_what, make) => {
    expect(make().text).toContain(x);
  });
});

describe('a secret', () => {
  const secret = new Secret('hunter2');

  it('is no argument, in no form', () => {
    expect(() => sh`echo ${secret as unknown as ShellArgument}`).toThrow('stdin');
    expect(() => sh`echo ${[secret] as unknown as ShellArgument}`).toThrow('a secret');
    expect(() => sh`echo ${[{}] as unknown as ShellArgument}`).toThrow(TypeError);
  });

  it('shows in no text, JSON or inspection of its command', () => {
    const command = withStdin(sh`cat`, secret);
    const shown = [
      command.text,
      JSON.stringify(command),
      inspect(command, { depth: 9, showHidden: true }),
      String(secret),
    ];
    for (const text of [...shown, String(command.stdin), JSON.stringify({ secret }), inspect(secret)]) {
      expect(text).not.toContain('hunter2');
    }
  });

  it('gives itself out on request only', () => {
    expect(secret.reveal()).toBe('hunter2');
    expect(new Secret('é').byteLength).toBe(2);
    expect(Object.keys(secret)).toEqual([]);
  });
});
