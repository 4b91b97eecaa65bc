import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { DomainError, messageOf } from '../errors.js';

/** A configuration file's text for `it`. */
export type Template = (it: object) => string;

/** Finds and compiles the template of a manager's configuration. `quote` makes a value safe in that file's syntax. */
export type Templates = (manager: string, version: string, quote: (value: unknown) => string) => Template;

const builtIn = fileURLToPath(new URL('./templates', import.meta.url));

function read(path: string): string | null {
  if (!existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DomainError('BAD_USER_INPUT', `the template ${path} cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Looks in the operator's directory (where there is one), then in the built-in one; in each first for
 * `<manager>/<version>/config`, then for `<manager>/config`. Templates are Eta's: `<%= value %>` writes it quoted,
 * `<%~ value %>` as it is. Throws a DomainError that names the file where one is missing or does not compile.
 */
export function templatesIn(operatorDirectory?: string): Templates {
  const directories = operatorDirectory === undefined ? [builtIn] : [operatorDirectory, builtIn];
  return (manager, version, quote) => {
    const names = [`${manager}/${version}/config`, `${manager}/config`];
    for (const path of directories.flatMap((directory) => names.map((name) => join(directory, name)))) {
      const text = read(path);
      if (text !== null) return compile(path, text, quote);
    }
    throw new DomainError('NOT_SUPPORTED', `no template ${names.join(' or ')} in ${directories.join(' or ')}`);
  };
}

function compile(path: string, text: string, quote: (value: unknown) => string): Template {
  const fail = (error: unknown): never => {
    throw new DomainError('BAD_USER_INPUT', `the template ${path} is wrong: ${messageOf(error)}`);
  };
  // A line end stays where it is written, unless a tag ends in `-%>`.
  const eta = new Eta({ escapeFunction: quote, autoEscape: true, autoTrim: [false, false], rmWhitespace: false });
  try {
    const render = eta.compile(text);
    return (it) => {
      try {
        return render.call(eta, it);
      } catch (error) {
        return fail(error);
      }
    };
  } catch (error) {
    return fail(error);
  }
}
