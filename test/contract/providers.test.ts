import { local } from '../../src/providers/local/index.js';
import { dataDirs } from '../support/data-dirs.js';
import { quiet } from '../support/log.js';
import { providerContract } from './providers.js';

// Those that need a cloud or a machine of their own are proved in test/machines.
providerContract('local', async () => {
  const dirs = dataDirs();
  const provider = await local.build({ dataDir: await dirs.make(), env: process.env, log: quiet });
  await provider.adopt();
  return {
    provider,
    image: '',
    async close() {
      await provider.close();
      await dirs.clear();
    },
  };
});
