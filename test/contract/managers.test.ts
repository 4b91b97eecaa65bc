import { describe } from '@jest/globals';
import { loadManagers } from '../../src/datastores/index.js';
import { grounds, managerContract, supports } from './managers.js';

const { all } = await loadManagers();
const cases = all.flatMap((manager) =>
  Object.entries(grounds).flatMap(([name, facts]) =>
    supports(manager, facts) ? [[manager.id, name, facts] as const] : [],
  ),
);

describe.each(cases)('the manager contract: %s on servers of the kind %s', (id, _, facts) => {
  managerContract(async () => (await loadManagers()).managerOf(id), facts);
});
