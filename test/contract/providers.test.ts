import { builtInProviders, loadProviders } from '../../src/providers/index.js';
import { dataDirs } from '../support/data-dirs.js';
import { quiet } from '../support/log.js';
import { providerContract } from './providers.js';

for (const id of builtInProviders) {
  providerContract(id, async () => {
    const dirs = dataDirs();
    const providers = await loadProviders([id], { dataDir: await dirs.make(), env: process.env, log: quiet });
    const provider = providers.get(id);
    if (provider === undefined) throw new Error(`there is no provider ${id}`);
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
}
