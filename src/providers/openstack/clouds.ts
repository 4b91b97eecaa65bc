import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { DomainError, messageOf } from '../../errors.js';
import type { Environment } from './openrc.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Cloud = z.object({
  auth: z.record(z.string(), scalar).default({}),
  auth_type: z.string().optional(),
  region_name: scalar.optional(),
  interface: z.string().optional(),
  endpoint_type: z.string().optional(),
  cacert: z.string().optional(),
  verify: z.union([z.boolean(), z.string().transform((text) => !/^(false|no|0)$/i.test(text))]).optional(),
  compute_endpoint_override: z.string().optional(),
  network_endpoint_override: z.string().optional(),
  image_endpoint_override: z.string().optional(),
  volume_endpoint_override: z.string().optional(),
  block_storage_endpoint_override: z.string().optional(),
});
const Clouds = z.object({ clouds: z.record(z.string(), Cloud) });
// Holds what shall not be in the other file: passwords alone.
const Secure = z.object({ clouds: z.record(z.string(), z.object({ auth: z.record(z.string(), scalar).default({}) })) });

const wrong = (variable: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `${variable}: ${words}`);

/** Where the file is looked for, as every client of OpenStack does it. */
function places(env: Environment, file: string): string[] {
  const home = env['HOME'] ?? homedir();
  return [`./${file}`, join(home, '.config/openstack', file), join('/etc/openstack', file)];
}

async function firstOf(paths: readonly string[]): Promise<{ readonly path: string; readonly text: string } | null> {
  for (const path of paths) {
    try {
      return { path, text: await readFile(path, 'utf8') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw wrong('OS_CLOUD', `${path}: ${messageOf(error)}`);
    }
  }
  return null;
}

function read<T>(shape: z.ZodType<T>, path: string, text: string): T {
  try {
    return shape.parse(parse(text));
  } catch (error) {
    const words = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error).split('\n')[0];
    throw wrong('OS_CLOUD', `${path} cannot be read: ${words ?? ''}`);
  }
}

/** A cloud of clouds.yaml as the variables of an openrc file. Throws BAD_USER_INPUT. */
export async function cloudNamed(name: string, env: Environment): Promise<Environment> {
  const given = env['OS_CLIENT_CONFIG_FILE'] ?? '';
  const paths = given === '' ? places(env, 'clouds.yaml') : [given];
  const found = await firstOf(paths);
  if (found === null) throw wrong('OS_CLOUD', `there is no clouds.yaml; looked for: ${paths.join(', ')}`);
  const { clouds } = read(Clouds, found.path, found.text);
  const cloud = clouds[name];
  if (cloud === undefined)
    throw wrong('OS_CLOUD', `${found.path} has no cloud "${name}"; it has: ${Object.keys(clouds).join(', ')}`);
  const hidden = await firstOf(places(env, 'secure.yaml'));
  const secrets = hidden === null ? {} : (read(Secure, hidden.path, hidden.text).clouds[name]?.auth ?? {});
  const variables: Record<string, string | undefined> = {
    OS_AUTH_TYPE: cloud.auth_type,
    OS_REGION_NAME: cloud.region_name,
    OS_INTERFACE: cloud.interface ?? cloud.endpoint_type,
    OS_CACERT: cloud.cacert,
    OS_INSECURE: cloud.verify === false ? 'true' : undefined,
    OS_COMPUTE_ENDPOINT_OVERRIDE: cloud.compute_endpoint_override,
    OS_NETWORK_ENDPOINT_OVERRIDE: cloud.network_endpoint_override,
    OS_IMAGE_ENDPOINT_OVERRIDE: cloud.image_endpoint_override,
    OS_VOLUME_ENDPOINT_OVERRIDE: cloud.block_storage_endpoint_override ?? cloud.volume_endpoint_override,
  };
  for (const [key, value] of Object.entries({ ...cloud.auth, ...secrets }))
    variables[`OS_${key.toUpperCase()}`] = value;
  return variables;
}
