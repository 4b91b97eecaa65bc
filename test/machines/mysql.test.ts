import { mysql } from '../../src/datastores/mysql/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { mysql as engine } from '../contract/engines/mysql.js';
import { liveContract } from '../contract/managers-live.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';

const manager = mysql({ templates: templatesIn() });

onMachines('mysql on debian-13-mysql', () => {
  const open = () => Promise.resolve(openMachines('mysql-dev-9', 'debian-13-mysql', manager.port));
  liveContract(manager, engine, { open, version: '9', more: 1, patience: 900_000 });
});
