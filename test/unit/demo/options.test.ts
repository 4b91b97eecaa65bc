import { describe, expect, test } from '@jest/globals';
import { parseOptions, UsageError } from '../../../src/demo/options.js';

const DEFAULTS = { name: undefined, size: 3, exit: false, keep: true, help: false };

describe('the command line of the demonstration', () => {
  test.each([
    [[], {}],
    [['--size', '5'], { size: 5 }],
    [['--size=1', '--name=orders'], { size: 1, name: 'orders' }],
    [['--exit'], { exit: true }],
    [['--keep=false'], { keep: false }],
    [['--no-keep'], { keep: false }],
    [['--keep', 'false', '--exit'], { keep: false, exit: true }],
    [['--keep'], { keep: true }],
    [['--keep', '--exit'], { keep: true, exit: true }],
    [['--keep=true'], { keep: true }],
    [['--help'], { help: true }],
    [['-h'], { help: true }],
  ])('%j', (args, expected) => {
    expect(parseOptions(args)).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each([
    [['--sise', '3'], /--sise/],
    [['extra'], /extra/],
    [['--size'], /--size/],
    [['--size', '0'], /--size must be a whole number of at least 1, not "0"/],
    [['--size', '-1'], /--size/],
    [['--size', '2.5'], /"2.5"/],
    [['--size', 'three'], /"three"/],
    [['--keep=maybe'], /--keep must be true or false, not "maybe"/],
    [['--exit=yes'], /--exit/],
    [['--name', ''], /--name must not be empty/],
  ])('%j is refused in one line', (args, words) => {
    const parse = () => parseOptions(args);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(words);
    expect(parse).not.toThrow(/\n/);
  });
});
