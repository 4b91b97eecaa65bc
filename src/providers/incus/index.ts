import { defineProvider } from '../provider.js';
import { IncusProvider } from './provider.js';
import { incusSettings } from './settings.js';

/** Incus 6 and LXD 5, over the REST API that they share: containers, or virtual machines. */
export const incus = defineProvider({
  id: 'incus',
  build: async ({ env }) => new IncusProvider(await incusSettings(env)),
});
