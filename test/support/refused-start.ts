import { expect } from '@jest/globals';
import { runToEnd, type Environment, type LaunchOptions } from './control-plane.js';

const isInfo = (line: string): boolean => line.startsWith('{"level":30,');

/** A start that must be refused: with exit code 1 and one line, which is returned; beside it there may be log lines of level info. */
export async function refusedStart(
  dataDir: string,
  env: Environment = {},
  options: LaunchOptions = {},
): Promise<string> {
  const { code, signal, stdout, stderr } = await runToEnd(dataDir, env, options);
  const [line = '', ...more] = stderr
    .trimEnd()
    .split('\n')
    .filter((text) => !isInfo(text));
  expect({ code, signal, stdout, more }).toEqual({ code: 1, signal: null, stdout: '', more: [] });
  expect(line).toMatch(/^dtrove: \S/);
  return line.slice('dtrove: '.length);
}
