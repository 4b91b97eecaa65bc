import { mysql } from '../../src/datastores/mysql/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { mysql as engine } from '../contract/engines/mysql.js';
import { liveContract } from '../contract/managers-live.js';
import { openMachines } from './support/containers.js';
import { onImage } from './support/lab.js';

const manager = mysql({ templates: templatesIn() });

// Debian 13 has it from sid.
for (const [image, version] of [
  ['debian-13-mysql', '9'],
  ['ubuntu-24.04', '8.0'],
] as const) {
  onImage(image)(`mysql on ${image}`, () => {
    const open = () => Promise.resolve(openMachines(`mysql-dev-${version.replace('.', '-')}`, image, manager.port));
    liveContract(manager, engine, { open, version, more: 1, patience: 900_000 });
  });
}
