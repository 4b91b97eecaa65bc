import { providerContract } from '../contract/providers.js';
import { onMachines, openLab } from './support/lab.js';

onMachines('real servers', () => {
  providerContract('incus', async () => {
    const lab = await openLab();
    return { provider: await lab.provider(), image: 'debian-13', close: () => lab.close() };
  });
});
