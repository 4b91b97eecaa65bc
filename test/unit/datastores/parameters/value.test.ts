import { describe, expect, test } from '@jest/globals';
import type { Parameter } from '../../../../src/datastores/parameters/parameter.js';
import { canonical, checkValue, numberOf } from '../../../../src/datastores/parameters/value.js';
import { suffixesOf } from '../../../../src/datastores/postgres/parameters.js';

const parameter = (more: Partial<Parameter>): Parameter => ({
  name: 'p',
  type: 'STRING',
  default: null,
  restart: false,
  description: '',
  ...more,
});
const memory = parameter({ type: 'INTEGER', unit: 'kB', min: 64, max: 2_147_483_647 });
const pages = parameter({ type: 'INTEGER', unit: '8kB', min: 16, max: 1_073_741_823 });
const time = parameter({ type: 'REAL', unit: 'ms', min: -1, max: 100 });
const switched = parameter({ type: 'BOOLEAN' });
const levels = parameter({ type: 'ENUM', values: ['off', 'on', 'remote_apply'] });
const modes = parameter({ type: 'SET', values: ['ANSI_QUOTES', 'STRICT_ALL_TABLES'] });
const check = (of: Parameter, given: unknown) => checkValue(of, given, suffixesOf(of));

describe('a value', () => {
  test.each([
    [memory, 4096, 4096],
    [memory, '4096', '4096'],
    [memory, ' 8MB ', '8MB'],
    [memory, '1.5 GB', '1.5 GB'],
    [pages, '128kB', '128kB'],
    [time, 2.5, 2.5],
    [time, '50us', '50us'],
    [switched, true, true],
    [switched, 'Off', false],
    [switched, 1, true],
    [levels, 'REMOTE_APPLY', 'remote_apply'],
    [levels, true, 'on'],
    [modes, 'strict_all_tables, ansi_quotes', 'STRICT_ALL_TABLES,ANSI_QUOTES'],
    [modes, '', ''],
    [parameter({}), 'as it is', 'as it is'],
    [parameter({ type: 'LIST' }), '900 1  300 10', ['900', '1', '300', '10']],
    [parameter({ type: 'LIST' }), ['normal', 0, 0, 0], ['normal', '0', '0', '0']],
  ])('%# is kept', (of, given, value) => {
    expect(check(of, given)).toEqual({ value });
  });

  test.each([
    [memory, 63, /from 64 to 2147483647 \(counted in kB\), and 63 is not/],
    [memory, '32kB', /and 32kB is not/],
    [memory, '4TB', /and 4TB is not/],
    [memory, 'much', /a whole number, bare or with one of B, kB, MB, GB, TB, not "much"/],
    [memory, '8mb', /a whole number/],
    [memory, '8min', /a whole number/],
    [memory, 99.5, /a whole number/],
    [memory, true, /a whole number/],
    [memory, null, /not null/],
    [memory, [1], /a whole number/],
    [time, 100.1, /from -1 to 100 \(counted in ms\)/],
    [switched, 'perhaps', /true or false, not "perhaps"/],
    [switched, 2, /true or false/],
    [levels, 'sometimes', /one of off, on, remote_apply, and "sometimes" is not/],
    [modes, 'ANSI_QUOTES,MINE', /and "MINE" is not/],
    [parameter({}), 7, /a text, not 7/],
    [parameter({}), { a: 1 }, /a text/],
    [parameter({ type: 'LIST' }), [{}], /list of them/],
  ])('%# is refused in words', (of, given, words) => {
    expect(check(of, given)).toEqual({ wrong: expect.stringMatching(words) });
  });

  test('is the same in any spelling', () => {
    const same = (of: Parameter, ...texts: string[]) =>
      new Set(texts.map((text) => canonical(of, text, suffixesOf(of)))).size;
    expect(same(memory, '8MB', '8192', '8192kB')).toBe(1);
    expect(same(pages, '16384', '128MB')).toBe(1);
    expect(same(switched, 'on', 'TRUE', 'yes', '1')).toBe(1);
    expect(same(time, '1', '1000us', '1ms')).toBe(1);
    expect(same(memory, '8MB', '8193')).toBe(2);
  });

  test('a number in the units of its engine; what is none is null', () => {
    expect(numberOf('0600', { '': 1, '0': 1 })).toBe(0o600);
    expect(numberOf('-1', { '': 1 })).toBe(-1);
    expect(numberOf('1e3', { '': 1 })).toBe(1000);
    for (const text of ['', ' ', 'x', '1 2', '1k', '0x10', '--1']) expect(numberOf(text, { '': 1 })).toBeNull();
  });
});
