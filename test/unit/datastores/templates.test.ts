import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { templatesIn } from '../../../src/datastores/templates.js';

const quote = (value: unknown): string => `<${String(value)}>`;
let directory: string;

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
};
const render = (version: string, manager = 'postgres') =>
  templatesIn(directory)(manager, version, quote)({ name: 'shop', paths: {}, size: {}, parameters: [], port: 1 });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dtrove-templates-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('templates', () => {
  test('the operator’s for the version, then the operator’s for all, then the built-in one', () => {
    expect(render('17')).toContain('cluster_name = <shop>');
    put('postgres/config', 'all: <%= it.name %>');
    put('postgres/17/config', '17: <%= it.name %>');
    expect(render('17')).toBe('17: <shop>');
    expect(render('16')).toBe('all: <shop>');
  });

  test('only <%~ %> writes a value without its quotes', () => {
    put('postgres/config', '<%~ it.name %>=<%= it.name %>');
    expect(render('17')).toBe('shop=<shop>');
  });

  test('a manager without one', () => {
    expect(() => render('19', 'oracle')).toThrow(/^no template oracle\/19\/config or oracle\/config in /);
  });

  test('one that does not compile, or fails, is named', () => {
    put('postgres/17/config', '<% if (it.name { %>');
    expect(() => render('17')).toThrow(join(directory, 'postgres/17/config'));
    put('postgres/17/config', '<%= it.nothing.there %>');
    expect(() => render('17')).toThrow(join(directory, 'postgres/17/config'));
    mkdirSync(join(directory, 'postgres/16/config'), { recursive: true });
    expect(() => render('16')).toThrow(/the template .*postgres\/16\/config cannot be read: .*EISDIR/);
  });
});
