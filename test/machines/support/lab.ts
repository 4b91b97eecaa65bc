import { randomUUID } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { z } from 'zod';
import { IncusApi } from '../../../src/providers/incus/api.js';
import { incus } from '../../../src/providers/incus/index.js';
import { volumesPath } from '../../../src/providers/incus/names.js';
import { incusSettings } from '../../../src/providers/incus/settings.js';
import type { Provider } from '../../../src/providers/provider.js';
import { quiet } from '../../support/log.js';

/** `describe` where there is a lab; what raises it has said why, where there is none. */
export const onMachines = process.env['DTROVE_INCUS_URL'] === undefined ? describe.skip : describe;

const lacking = new Set((process.env['LAB_LACKS'] ?? '').split(','));

/** Whether the lab has an image; Ubuntu's and that with MySQL from sid are made where their archives can be reached. */
export const hasImage = (image: string): boolean => !lacking.has(image);

/** `onMachines` where the lab has the image. */
export const onImage = (image: string) => (hasImage(image) ? onMachines : describe.skip);

/** `it` where the lab has an image of Ubuntu. */
export const ubuntu = hasImage('ubuntu-24.04') ? it : it.skip;

const { signal } = new AbortController();

/** A project of a test's own on the lab: what others do there is not seen in it, nor what it leaves by them. */
export interface Lab {
  /** The variables of the provider incus in this project. */
  readonly env: Readonly<Record<string, string>>;
  readonly api: IncusApi;
  /** The provider in this project, with other settings where a test wants them. Closed with the lab. */
  provider(more?: Readonly<Record<string, string>>): Promise<Provider>;
  /** The names of the instances and custom volumes that are there. */
  left(): Promise<readonly string[]>;
  /** Removes the project and all that is in it. */
  close(): Promise<void>;
}

const Names = z.array(z.object({ name: z.string() }));

export async function openLab(config: Readonly<Record<string, string>> = {}): Promise<Lab> {
  const project = `test-${randomUUID().slice(0, 8)}`;
  const env = {
    ...Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        name.startsWith('DTROVE_INCUS_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
    DTROVE_INCUS_FLAVORS: 'tiny:1/512/4,small:2/1024/8',
    DTROVE_INCUS_PROJECT: project,
  };
  const { endpoint } = await incusSettings(env);
  const api = new IncusApi(endpoint, project);
  const root = new IncusApi(endpoint, 'default');
  const shared = { 'features.images': 'false', 'features.profiles': 'false', 'features.networks': 'false' };
  await root.change('POST', '/projects', signal, { name: project, config: { ...shared, ...config } });
  const opened: Provider[] = [];
  const pool = process.env['DTROVE_INCUS_POOL'] ?? 'default';
  const instances = async () => (await api.get(Names, '/instances?recursion=1', signal)).map(({ name }) => name);
  const volumes = async () =>
    (await api.get(Names, `${volumesPath(pool)}?recursion=1`, signal))
      .map(({ name }) => name)
      // Incus 6 lists snapshots too.
      .filter((name) => !name.includes('/'));
  const provider = async (more: Readonly<Record<string, string>> = {}) => {
    const made = await incus.build({ dataDir: '/nowhere', env: { ...env, ...more }, log: quiet });
    opened.push(made);
    return made;
  };
  return {
    env,
    api,
    provider,
    left: async () => [...(await instances()), ...(await volumes())],
    async close() {
      const cleaner = await provider();
      for (const id of await instances()) await cleaner.destroy(id, signal);
      for (const id of await volumes()) await cleaner.deleteVolume?.(id, signal);
      await root.change('DELETE', `/projects/${project}`, signal);
      for (const one of opened) await one.close();
      api.close();
      root.close();
    },
  };
}
