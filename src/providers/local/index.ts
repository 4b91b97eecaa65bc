import { distribution, embeddedMajor } from '../../db/embedded/distribution.js';
import { placeFor } from '../../db/embedded/place.js';
import { serviceUser } from '../../db/embedded/service-user.js';
import { defineProvider } from '../provider.js';
import { LocalProvider } from './provider.js';
import { localSettings } from './settings.js';
import { toolbox } from './toolbox.js';

/** This machine itself, without root, containers or a cloud: what a first try and the tests run on. */
export const local = defineProvider({
  id: 'local',
  build: async ({ dataDir, env, log }) => {
    const settings = localSettings(env);
    return new LocalProvider(await embeddedMajor(), async () => {
      const user = await serviceUser(settings.user);
      const servers = await placeFor(dataDir, 'servers', user);
      const pg = await distribution(dataDir, user);
      const { ports, clients } = settings;
      return { servers, user, ports, clients, pg, tools: await toolbox(dataDir, user), log };
    });
  },
});
