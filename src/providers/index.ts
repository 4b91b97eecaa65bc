import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { DomainError, messageOf } from '../errors.js';
import { hosts } from './hosts/index.js';
import { incus } from './incus/index.js';
import { local } from './local/index.js';
import { openstack } from './openstack/index.js';
import type { Provider, ProviderEnvironment, ProviderPlugin } from './provider.js';

const builtIn: readonly ProviderPlugin[] = [local, incus, openstack, hosts];

const method = z.custom<() => unknown>((value) => typeof value === 'function', 'is no method');
const Contract = z.object({
  id: z.string('is no text').min(1, 'is empty'),
  init: z.enum(['local', 'systemd'], 'is neither local nor systemd'),
  supportsVolumes: z.boolean('is no boolean'),
  supportsSnapshots: z.boolean('is no boolean'),
  defaultFlavor: z.string('is no text').min(1, 'is empty'),
  refuses: method,
  flavors: method,
  create: method,
  updateStatus: method,
  bastionOf: method.optional(),
  keepsServers: z.boolean('is no boolean').optional(),
  quarantine: method.optional(),
  destroy: method,
  idOf: method.optional(),
  forgetCluster: method.optional(),
  list: method,
  leftovers: method.optional(),
  removeLeftover: method.optional(),
  createVolume: method,
  attachVolume: method,
  volumePlace: method.optional(),
  growVolume: method.optional(),
  deleteVolume: method.optional(),
  snapshotVolume: method.optional(),
  deleteVolumeSnapshot: method.optional(),
  snapshot: method,
  restoreSnapshot: method.optional(),
  deleteSnapshot: method.optional(),
  adopt: method,
  close: method,
} satisfies Record<keyof Required<Provider>, z.ZodType>);

const Plugin = z.object({ id: z.string('is no text').min(1, 'is empty'), build: method });

/** What a thing lacks to be what `shape` says, in words; empty when it lacks nothing. */
function lacks(thing: unknown, shape: z.ZodType): string {
  const { error } = shape.safeParse(thing);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'it'} ${message}`).join('; ');
}

const fail = (name: string, words: string): never => {
  throw new DomainError('BAD_USER_INPUT', `DTROVE_PROVIDERS: the provider ${name} ${words}`);
};

async function load(specifier: string): Promise<ProviderPlugin> {
  const own = builtIn.find(({ id }) => id === specifier);
  if (own) return own;
  const path = /^(\.{1,2}\/|\/)/.test(specifier) ? pathToFileURL(resolve(specifier)).href : specifier;
  const module = await import(path).then(
    (value: unknown) => value as { readonly default?: unknown },
    (error: unknown) => fail(specifier, `cannot be loaded: ${messageOf(error)}`),
  );
  const missing = lacks(module.default, Plugin);
  if (missing !== '') return fail(specifier, `has no plug-in as its default export: ${missing}`);
  return module.default as ProviderPlugin;
}

async function build(plugin: ProviderPlugin, name: string, environment: ProviderEnvironment): Promise<Provider> {
  try {
    return await plugin.build(environment);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    return fail(name, `cannot be built: ${messageOf(error)}`);
  }
}

/**
 * The providers of DTROVE_PROVIDERS by their ids, in that order: built-in ones by id, external ones by module specifier
 * (a package's name, a URL or a path of the working directory).
 * Throws BAD_USER_INPUT in one line: what cannot be loaded, what a provider lacks, or the id that two of them share.
 */
export async function loadProviders(
  specifiers: readonly string[],
  environment: ProviderEnvironment,
): Promise<ReadonlyMap<string, Provider>> {
  const providers = new Map<string, Provider>();
  for (const specifier of specifiers) {
    const provider = await build(await load(specifier), specifier, environment);
    const missing = lacks(provider, Contract);
    if (missing !== '') fail(specifier, `lacks a part of its contract: ${missing}`);
    if (providers.has(provider.id)) fail(specifier, `is called ${provider.id}, as another one is`);
    providers.set(provider.id, provider);
  }
  return providers;
}
