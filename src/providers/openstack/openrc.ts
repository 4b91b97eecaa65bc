import { DomainError } from '../../errors.js';
import { Secret } from '../../shell/secret.js';
import type { Service } from './catalog.js';
import type { Credentials, Domain, Scope } from './credentials.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const wrong = (variable: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `${variable}: ${words}`);

/** The first of some variables that says something. */
const first = (env: Environment, ...names: readonly string[]): string =>
  names.map((name) => env[name] ?? '').find((value) => value !== '') ?? '';

function needed(env: Environment, ...names: readonly string[]): string {
  const value = first(env, ...names);
  if (value !== '') return value;
  throw wrong(names[0] ?? '', 'the provider openstack needs it: source an openrc file, or set OS_CLOUD');
}

function domainOf(env: Environment, whose: 'USER' | 'PROJECT'): Domain {
  const id = first(env, `OS_${whose}_DOMAIN_ID`);
  if (id !== '') return { id };
  const name = first(env, `OS_${whose}_DOMAIN_NAME`);
  return name === '' ? { id: first(env, 'OS_DEFAULT_DOMAIN', 'OS_DEFAULT_DOMAIN_ID') || 'default' } : { name };
}

function userOf(env: Environment) {
  const id = first(env, 'OS_USER_ID');
  return id === '' ? { name: needed(env, 'OS_USERNAME'), domain: domainOf(env, 'USER') } : { id };
}

function scopeOf(env: Environment): Scope {
  const id = first(env, 'OS_PROJECT_ID', 'OS_TENANT_ID');
  if (id !== '') return { id };
  const name = first(env, 'OS_PROJECT_NAME', 'OS_TENANT_NAME');
  return name === '' ? null : { name, domain: domainOf(env, 'PROJECT') };
}

/** Who we are, from an openrc file's variables. Throws BAD_USER_INPUT, naming the one that is missing. */
export function credentialsOf(env: Environment): Credentials {
  const type = first(env, 'OS_AUTH_TYPE').replace(/^v3/, '');
  const named = first(env, 'OS_APPLICATION_CREDENTIAL_ID', 'OS_APPLICATION_CREDENTIAL_NAME') !== '';
  if (type === 'applicationcredential' || (type === '' && named)) {
    const secret = new Secret(needed(env, 'OS_APPLICATION_CREDENTIAL_SECRET'));
    const id = first(env, 'OS_APPLICATION_CREDENTIAL_ID');
    if (id !== '') return { kind: 'application', credential: { id }, secret };
    const name = needed(env, 'OS_APPLICATION_CREDENTIAL_NAME');
    return { kind: 'application', credential: { name, user: userOf(env) }, secret };
  }
  if (type === 'token' || (type === '' && first(env, 'OS_TOKEN') !== '' && first(env, 'OS_PASSWORD') === ''))
    return { kind: 'token', token: new Secret(needed(env, 'OS_TOKEN')), scope: scopeOf(env) };
  if (type !== '' && type !== 'password')
    throw wrong('OS_AUTH_TYPE', `is password, v3applicationcredential or token, not ${type}`);
  const password = new Secret(needed(env, 'OS_PASSWORD'));
  const scope = scopeOf(env);
  if (scope === null) throw wrong('OS_PROJECT_ID', 'or OS_PROJECT_NAME says in which project servers are made');
  return { kind: 'password', user: userOf(env), password, scope };
}

/** Keystone's URL, with its version. */
export function authUrlOf(env: Environment): string {
  const text = needed(env, 'OS_AUTH_URL').replace(/\/+$/, '');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw wrong('OS_AUTH_URL', 'is a URL such as https://cloud:5000/v3');
  if (/\/v2\.0$/.test(url.pathname)) throw wrong('OS_AUTH_URL', 'is of version 2.0 of Keystone; it ends with /v3');
  return /\/v3$/.test(text) ? text : `${text}/v3`;
}

export function interfaceOf(env: Environment): 'public' | 'internal' | 'admin' {
  const text = (first(env, 'OS_INTERFACE', 'OS_ENDPOINT_TYPE') || 'public').replace(/URL$/, '');
  if (text === 'public' || text === 'internal' || text === 'admin') return text;
  throw wrong('OS_INTERFACE', 'is public, internal or admin');
}

const overriding: Readonly<Record<Service, readonly string[]>> = {
  compute: ['OS_COMPUTE_ENDPOINT_OVERRIDE', 'OS_NOVA_BYPASS_URL'],
  network: ['OS_NETWORK_ENDPOINT_OVERRIDE', 'OS_NEUTRON_BYPASS_URL'],
  image: ['OS_IMAGE_ENDPOINT_OVERRIDE', 'OS_GLANCE_BYPASS_URL'],
  volume: ['OS_VOLUME_ENDPOINT_OVERRIDE', 'OS_CINDER_BYPASS_URL'],
};

/** The endpoints that are given instead of those of the catalogue. */
export function overridesOf(env: Environment): Partial<Record<Service, string>> {
  const overrides: Partial<Record<Service, string>> = {};
  for (const service of ['compute', 'network', 'image', 'volume'] as const) {
    const url = first(env, ...overriding[service]);
    if (url === '') continue;
    if (!URL.canParse(url)) throw wrong(overriding[service].join(' or '), 'is a URL');
    overrides[service] = url;
  }
  return overrides;
}
