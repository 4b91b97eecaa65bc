import { mariadb } from '../../src/datastores/mysql/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { mysql as engine } from '../contract/engines/mysql.js';
import { liveContract } from '../contract/managers-live.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';

const manager = mariadb({ templates: templatesIn() });

onMachines.each([
  ['debian-13', '11.8'],
  ['debian-12', '10.11'],
])('mariadb on %s', (image, version) => {
  const open = () => Promise.resolve(openMachines(`mariadb-dev-${version.replace('.', '-')}`, image, manager.port));
  liveContract(manager, engine, { open, version, more: 1, patience: 600_000 });
});
