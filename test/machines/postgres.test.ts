import { loadManagers } from '../../src/datastores/index.js';
import { postgres as engine } from '../contract/engines/postgres.js';
import { liveContract } from '../contract/managers-live.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';

const manager = (await loadManagers()).managerOf('postgres');

onMachines.each([
  ['debian-13', '17'],
  ['debian-12', '15'],
])('PostgreSQL on %s', (image, version) => {
  const open = () => Promise.resolve(openMachines(`pg-dev-${version}`, image, manager.port));
  liveContract(manager, engine, { open, version, more: 1, patience: 600_000 });
});
