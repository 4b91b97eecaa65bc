import { providerContract } from '../contract/providers.js';
import { hasGuests, onOpenStack, openLab } from './support/lab.js';

onOpenStack('servers of OpenStack', () => {
  const start = async () => {
    const lab = await openLab();
    return { provider: await lab.provider(), image: lab.image, close: () => lab.close() };
  };
  providerContract('openstack', start, { guests: hasGuests });
});
