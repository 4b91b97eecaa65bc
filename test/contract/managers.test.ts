import { describe } from '@jest/globals';
import { loadManagers } from '../../src/datastores/index.js';
import { managerContract } from './managers.js';

const { all } = await loadManagers();

describe.each(all.map(({ id }) => id))('the manager contract: %s', (id) => {
  managerContract(async () => (await loadManagers()).managerOf(id));
});
