import { readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

/** Where to connect to and as whom: libpq's parameters, as far as the tools know them. */
export interface ConnectionTarget {
  /** A name or address, or the directory of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string | null;
  readonly sslmode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  readonly sslrootcert: string | null;
  readonly applicationName: string;
}

type Parameters = Record<string, string>;

const known = new Set([
  ...['host', 'port', 'user', 'dbname', 'password', 'passfile', 'sslmode', 'sslrootcert', 'application_name'],
  ...['connect_timeout', 'replication', 'fallback_application_name'],
]);
const sslmodes: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Reads a libpq connection string of `keyword=value` pairs; values may be quoted. Throws on what it cannot read. */
export function parseConninfo(text: string): Parameters {
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/suy;
  const parameters: Parameters = {};
  const end = text.trimEnd().length;
  while (pair.lastIndex < end) {
    const at = pair.lastIndex;
    const [, name = '', quoted, bare = ''] = pair.exec(text) ?? [];
    if (name === '') throw new Error(`cannot read the connection string after ${String(at)} characters`);
    if (!known.has(name)) throw new Error(`invalid connection option "${name}"`);
    parameters[name] = (quoted ?? bare).replaceAll(/\\(.)/gsu, '$1');
  }
  return parameters;
}

/** The first password of a passfile that fits; null when none does. One that others can read is passed over, as libpq does. */
export function passwordFrom(path: string, wanted: readonly string[]): string | null {
  let text: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      process.stderr.write(`WARNING: password file "${path}" has group or world access; it is not used\n`);
      return null;
    }
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const fields = [...line.matchAll(/((?:[^:\\]|\\.)*)(?::|$)/gu)].map(([, field = '']) => field);
    const fits = wanted.every((value, i) => fields[i] === '*' || fields[i]?.replaceAll(/\\(.)/gu, '$1') === value);
    const password = fields[wanted.length];
    if (fits && password !== undefined) return password.replaceAll(/\\(.)/gu, '$1');
  }
  return null;
}

/** Puts a target together: what is missing comes from libpq's defaults. Throws on a value that makes no sense. */
export function targetOf(parameters: Parameters, defaultApplication: string): ConnectionTarget {
  const { env } = process;
  const user = parameters['user'] ?? userInfo().username;
  const host = parameters['host'] ?? '/tmp';
  const port = Number(parameters['port'] ?? 5432);
  const database = parameters['dbname'] ?? user;
  const sslmode = parameters['sslmode'] ?? 'prefer';
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('invalid port number');
  if (!sslmodes.includes(sslmode)) throw new Error(`invalid sslmode value: "${sslmode}"`);
  const passfile = parameters['passfile'] ?? env['PGPASSFILE'] ?? `${homedir()}/.pgpass`;
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  return {
    host,
    port,
    user,
    database,
    password: parameters['password'] ?? env['PGPASSWORD'] ?? passwordFrom(passfile, wanted),
    sslmode: sslmode as ConnectionTarget['sslmode'],
    sslrootcert: parameters['sslrootcert'] ?? null,
    applicationName: parameters['application_name'] ?? defaultApplication,
  };
}
