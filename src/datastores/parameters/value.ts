import type { Parameter, ParameterValue, Suffixes } from './parameter.js';

/** A value that is right, or what is wrong with it in words. */
export type Checked = { readonly value: ParameterValue } | { readonly wrong: string };

const yes = ['on', 'true', 'yes', '1'];
const no = ['off', 'false', 'no', '0'];

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Checks a value against its parameter, and gives it as it is kept. `suffixes`: how the engine reads numbers. */
export function checkValue(parameter: Parameter, given: unknown, suffixes: Suffixes): Checked {
  const { type } = parameter;
  if (type === 'LIST') return checkList(given);
  if (!isScalar(given)) return { wrong: `must be ${wanted(parameter, suffixes)}, not ${kindOf(given)}` };
  switch (type) {
    case 'BOOLEAN':
      return checkBoolean(parameter, given, suffixes);
    case 'INTEGER':
    case 'REAL':
      return checkNumber(parameter, given, suffixes);
    case 'ENUM':
      return checkEnum(parameter, given, suffixes);
    case 'SET':
      return checkSet(parameter, given, suffixes);
    case 'STRING':
      return typeof given === 'string'
        ? { value: given }
        : { wrong: `must be ${wanted(parameter, suffixes)}, not ${kindOf(given)}` };
  }
}

function checkBoolean(parameter: Parameter, given: string | number | boolean, suffixes: Suffixes): Checked {
  if (typeof given === 'boolean') return { value: given };
  const word = String(given).toLowerCase();
  if (yes.includes(word)) return { value: true };
  if (no.includes(word)) return { value: false };
  return { wrong: `must be ${wanted(parameter, suffixes)}, not ${kindOf(given)}` };
}

function checkNumber(parameter: Parameter, given: string | number | boolean, suffixes: Suffixes): Checked {
  const { type, min, max, unit } = parameter;
  const number = typeof given === 'boolean' ? null : numberOf(String(given), suffixes);
  if (number === null || (type === 'INTEGER' && !Number.isInteger(number)))
    return { wrong: `must be ${wanted(parameter, suffixes)}, not ${kindOf(given)}` };
  if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
    const counted = unit === undefined ? '' : ` (counted in ${unit})`;
    return { wrong: `must be ${range(min, max)}${counted}, and ${String(given)} is not` };
  }
  return { value: typeof given === 'number' ? given : String(given).trim() };
}

const range = (min: number | undefined, max: number | undefined): string =>
  min === undefined
    ? `at most ${String(max)}`
    : max === undefined
      ? `at least ${String(min)}`
      : `from ${String(min)} to ${String(max)}`;

/** `true` for an enumeration that has a word for it. */
const asWord = (values: readonly string[], given: string | number | boolean): string | undefined => {
  const words = typeof given === 'boolean' ? (given ? yes : no) : [String(given).trim().toLowerCase()];
  return values.find((value) => words.includes(value.toLowerCase()));
};

function checkEnum(parameter: Parameter, given: string | number | boolean, suffixes: Suffixes): Checked {
  const value = asWord(parameter.values ?? [], given);
  if (value !== undefined) return { value };
  return { wrong: `must be ${wanted(parameter, suffixes)}, and ${JSON.stringify(given)} is not` };
}

function checkSet(parameter: Parameter, given: string | number | boolean, suffixes: Suffixes): Checked {
  const { values = [] } = parameter;
  if (typeof given !== 'string') return { wrong: `must be ${wanted(parameter, suffixes)}, not ${kindOf(given)}` };
  const words = given
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const kept = words.map((word) => values.find((value) => value.toLowerCase() === word.toLowerCase()) ?? null);
  const at = kept.indexOf(null);
  if (at >= 0) return { wrong: `must be ${wanted(parameter, suffixes)}, and ${JSON.stringify(words[at])} is not` };
  return { value: kept.join(',') };
}

function checkList(given: unknown): Checked {
  const words = Array.isArray(given)
    ? (given as unknown[])
    : typeof given === 'string'
      ? given.trim().split(/\s+/)
      : null;
  if (words === null || !words.every(isScalar))
    return { wrong: `must be a text of words between blanks, or a list of them, not ${kindOf(given)}` };
  return { value: words.map(String) };
}

/** What a number with a suffix is in the parameter's own unit; null where it is no number. */
export function numberOf(text: string, suffixes: Suffixes): number | null {
  const octal = /^-?0[0-7]+$/.test(text.trim()) && suffixes['0'] !== undefined;
  if (octal) return Number.parseInt(text, 8);
  const [, digits, suffix = ''] =
    /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+(?![A-Za-z]))?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const times = suffixes[suffix];
  if (digits === undefined || times === undefined) return null;
  const number = Number(digits) * times;
  // Engines round what a suffix does not divide evenly.
  return suffix === '' ? number : Number(number.toPrecision(15));
}

/** What is allowed, in words. */
function wanted({ type, values = [] }: Parameter, suffixes: Suffixes): string {
  const all = Object.keys(suffixes).filter((suffix) => /^[A-Za-z]+$/.test(suffix));
  const units = all.filter((unit, i) => all.findIndex((one) => one.toLowerCase() === unit.toLowerCase()) === i);
  const withUnit = units.length === 0 ? '' : `, bare or with one of ${units.join(', ')}`;
  switch (type) {
    case 'BOOLEAN':
      return 'true or false';
    case 'INTEGER':
      return `a whole number${withUnit}`;
    case 'REAL':
      return `a number${withUnit}`;
    case 'ENUM':
      return `one of ${values.join(', ')}`;
    case 'SET':
      return `some of ${values.join(', ')}, between commas`;
    case 'LIST':
    case 'STRING':
      return 'a text';
  }
}

const kindOf = (given: unknown): string => (given === null ? 'null' : JSON.stringify(given));

/** The same text for all spellings of the same value: numbers in the parameter's unit, words of booleans as on and off. */
export function canonical(parameter: Parameter, text: string, suffixes: Suffixes): string {
  switch (parameter.type) {
    case 'BOOLEAN':
      return yes.includes(text.toLowerCase()) ? 'on' : no.includes(text.toLowerCase()) ? 'off' : text;
    case 'INTEGER':
    case 'REAL': {
      const number = numberOf(text, suffixes);
      return number === null ? text : String(parameter.type === 'INTEGER' ? Math.round(number) : number);
    }
    case 'ENUM':
    case 'SET':
      return text.toLowerCase();
    case 'LIST':
      return text.trim().split(/\s+/).join(' ');
    case 'STRING':
      return text;
  }
}
