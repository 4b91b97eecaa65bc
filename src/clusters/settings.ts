import type { z } from 'zod';
import type { Manager } from '../datastores/datastore.js';
import { DomainError } from '../errors.js';

type Issue = z.core.$ZodIssue;

const bad = (field: string, words: string): never => {
  throw new DomainError('BAD_USER_INPUT', `${field}: ${words}`, { field });
};

const pathOf = (path: readonly PropertyKey[]): string => ['settings', ...path.map(String)].join('.');

/** What may stand where something else does, in words. */
function allowed(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(allowed);
  if (issue.code === 'invalid_type') return [issue.expected === 'record' ? 'object' : issue.expected];
  return [issue.message];
}

/** The names of the settings that there are, where the schema is an object's. */
function known({ id, Settings }: Manager): string {
  const { shape } = Settings as { shape?: object };
  return shape === undefined ? '' : `; ${id} takes: ${Object.keys(shape).join(', ') || 'none'}`;
}

function explain(manager: Manager, issue: Issue): never {
  if (issue.code === 'unrecognized_keys') {
    const words = issue.path.length === 0 ? known(manager) : '';
    return bad(pathOf([...issue.path, issue.keys[0] ?? '']), `there is no such setting${words}`);
  }
  if (issue.code === 'invalid_key') return bad(pathOf(issue.path), issue.issues[0]?.message ?? issue.message);
  if (issue.code === 'invalid_union' || issue.code === 'invalid_type')
    return bad(pathOf(issue.path), `must be ${[...new Set(allowed(issue))].join(' or ')}`);
  return bad(pathOf(issue.path), issue.message);
}

/** Control characters and halves of surrogate pairs: neither PostgreSQL nor a configuration file keeps them. */
const unreadable = /[\p{Cc}\p{Cs}]/u;

function assertReadable(value: unknown, path: readonly string[] = []): void {
  if (typeof value === 'string' && unreadable.test(value)) bad(pathOf(path), 'has characters that cannot be shown');
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (unreadable.test(name)) bad(pathOf(path), 'has a name with characters that cannot be shown');
    assertReadable(inner, [...path, name]);
  }
}

/** What a manager works with, of the settings that were given. Throws BAD_USER_INPUT, naming the first that is wrong. */
export function parseSettings(manager: Manager, given: unknown): unknown {
  const { data, error } = manager.Settings.safeParse(given ?? {});
  if (error === undefined) return data;
  const [issue] = error.issues;
  return issue === undefined ? bad('settings', error.message) : explain(manager, issue);
}

/** The settings to keep: those that were given, checked. */
export function settingsToKeep(manager: Manager, given: object | null | undefined): object {
  parseSettings(manager, given);
  assertReadable(given);
  return given ?? {};
}
