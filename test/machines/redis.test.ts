import { redis, valkey } from '../../src/datastores/redis/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { redis as engine } from '../contract/engines/redis.js';
import { liveContract } from '../contract/managers-live.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';

const kit = { templates: templatesIn() };

onMachines.each([
  ['redis', 'debian-13', '8', redis],
  ['redis', 'debian-12', '7', redis],
  ['valkey', 'debian-13', '8', valkey],
])('%s on %s', (id, image, version, make) => {
  const manager = make(kit);
  const open = () => Promise.resolve(openMachines(`redis-dev-${id}-${version}`, image, manager.port));
  liveContract(manager, engine, { open, version, more: 1, patience: 600_000 });
});
