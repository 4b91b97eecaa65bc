import { describe, expect, it } from '@jest/globals';
import { loadManagers } from '../../src/datastores/index.js';
import type { Engine } from './engines/engine.js';
import { postgres } from './engines/postgres.js';
import { liveContract } from './managers-live.js';
import { grounds, supports } from './managers.js';

const engines: Readonly<Record<string, Engine>> = { postgres };
// The others are run in test/machines.
const here = (await loadManagers()).all.filter((manager) => supports(manager, grounds.local));

describe.each(here.map((manager) => [manager.id, manager] as const))('the manager %s, live', (id, manager) => {
  const engine = engines[id];
  if (engine === undefined) {
    it('has an engine in test/contract/engines', () => {
      expect(Object.keys(engines)).toContain(id);
    });
  } else {
    liveContract(manager, engine);
  }
});
