import type { Knowledge, Manager } from '../datastores/datastore.js';
import type { Catalogue, OfferedParameter, ParameterValue } from '../datastores/parameters/parameter.js';
import { checkValue } from '../datastores/parameters/value.js';
import { DomainError } from '../errors.js';
import { nearest } from './nearest.js';

/** Values by the name of their parameter, as they are kept. */
export type Values = Readonly<Record<string, ParameterValue>>;

/** An engine version whose parameters are known. */
export interface Known {
  /** Such as `postgres 17`. */
  readonly title: string;
  readonly knowledge: Knowledge;
  readonly catalogue: Catalogue;
}

/** Throws NOT_SUPPORTED where the parameters of that version are not known. */
export function knownOf({ id, parameters }: Manager, version: string, field: string): Known {
  const catalogue = parameters?.catalogue(version) ?? null;
  if (parameters !== undefined && catalogue !== null)
    return { title: `${id} ${version}`, knowledge: parameters, catalogue };
  throw new DomainError(
    'NOT_SUPPORTED',
    `${field}: the parameters of ${id} ${version} are not known, so it has no configurations; use another version`,
    { field },
  );
}

const unreadable = /[\p{Cc}\p{Cs}]/u;
const longest = 4096;

const texts = (given: unknown): string[] =>
  Array.isArray(given) ? given.flatMap(texts) : typeof given === 'string' ? [given] : [];

function wrongText(given: unknown): string | null {
  const all = texts(given);
  if (all.some((text) => unreadable.test(text))) return 'has characters that cannot be shown';
  return all.some((text) => text.length > longest) ? `has at most ${longest} characters` : null;
}

const sorted = (values: Record<string, ParameterValue>): Values =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A name as the catalogue has it: engines take it in whatever case. One that is none stays as it is. */
export function nameIn({ catalogue }: Known): (given: string) => string {
  const names = new Map(catalogue.parameters.map(({ name }) => [name.toLowerCase(), name]));
  return (given) => names.get(given.toLowerCase()) ?? given;
}

/** Values by the names that the catalogue has. Throws BAD_USER_INPUT where one is given twice. */
export function namedValues(known: Known, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nameOf = nameIn(known);
  const named = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const field = `values.${name}`;
    if (named.has(nameOf(name)))
      throw new DomainError('BAD_USER_INPUT', `${field}: is given twice, as ${nameOf(name)} too`, { field });
    named.set(nameOf(name), value);
  }
  return Object.fromEntries(named);
}

/** The values as they are kept. Throws BAD_USER_INPUT with all that is wrong; its field is the first of them. */
export function checkValues(known: Known, given: Readonly<Record<string, unknown>>): Values {
  const byName = new Map(known.catalogue.parameters.map((parameter) => [parameter.name, parameter]));
  const kept: Record<string, ParameterValue> = {};
  const wrong: [name: string, words: string][] = [];
  for (const [name, value] of Object.entries(given)) {
    const checked = checkOne(known, byName, name, value);
    if ('wrong' in checked) wrong.push([name, checked.wrong]);
    else kept[name] = checked.value;
  }
  const [first] = wrong;
  if (first === undefined) return sorted(kept);
  const told = wrong.slice(0, 10).map(([name, words]) => `values.${name}: ${words}`);
  const more = wrong.length > told.length ? [`and ${wrong.length - told.length} more`] : [];
  throw new DomainError('BAD_USER_INPUT', [...told, ...more].join('; '), { field: `values.${first[0]}` });
}

function unknown(title: string, name: string, names: Iterable<string>): string {
  const near = nearest(name, names);
  const hint = near === null ? '.' : `; did you mean ${near}?`;
  return `${title} has no such parameter${hint} \`configurationParameters\` lists them`;
}

/** Throws BAD_USER_INPUT for the first that is no parameter. */
export function assertKnown({ title, catalogue }: Known, wanted: readonly string[]): void {
  const names = new Set(catalogue.parameters.map(({ name }) => name));
  const wrong = wanted.find((name) => !names.has(name));
  if (wrong === undefined) return;
  const field = `values.${wrong}`;
  throw new DomainError('BAD_USER_INPUT', `${field}: ${unknown(title, wrong, names)}`, { field });
}

function checkOne(
  { title, knowledge }: Known,
  byName: ReadonlyMap<string, OfferedParameter>,
  name: string,
  value: unknown,
): ReturnType<typeof checkValue> {
  const parameter = byName.get(name);
  if (parameter === undefined) return { wrong: unknown(title, name, byName.keys()) };
  if (parameter.managed !== null)
    return { wrong: `this parameter is set by DTrove itself, since ${parameter.managed}; leave it out` };
  const text = wrongText(value);
  return text === null ? checkValue(parameter, value, knowledge.suffixesOf(parameter)) : { wrong: text };
}
