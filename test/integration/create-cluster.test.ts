import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Cluster } from '../../schema/cluster.js';
import { CreateClusterInput } from '../../schema/inputs.js';
import { Instance } from '../../schema/instance.js';
import { Operation } from '../../schema/operation.js';
import { createCluster } from '../../src/clusters/create-cluster.js';
import type { Platform } from '../../src/clusters/platform.js';
import type { DomainError } from '../../src/errors.js';
import { newId } from '../../src/ids.js';
import { parseMasterKey } from '../../src/secrets/master-key.js';
import { Vault, wrapNewKey } from '../../src/secrets/vault.js';
import { useDatabase } from '../support/database.js';
import { inOrder, useEngine } from '../support/engine.js';
import { makeDatastore } from '../support/rows.js';

const database = useDatabase();
const engineOf = useEngine(database);
const master = parseMasterKey('f'.repeat(64), 'a test');
const vault = new Vault([wrapNewKey(newId(), master)], [master]);

/** A platform of which only the rows are real. */
function platformOf(): Platform {
  const provider = {
    id: 'local',
    defaultFlavor: 'small',
    refuses: () => null,
    flavors: () => Promise.resolve([{ name: 'small' }]),
  };
  return {
    db: database.db,
    vault,
    managers: { managerOf: () => ({ uri: { database: 'postgres' }, Settings: z.object({}) }) },
    providers: new Map([['local', provider]]),
    defaultProvider: 'local',
    sshUser: 'dtrove',
    maxClusterSize: 10,
  } as unknown as Platform;
}

/** Asks for clusters, all at once. */
async function race(inputs: readonly Partial<CreateClusterInput>[]) {
  const { id: datastoreId } = await makeDatastore(database.db);
  const { operations, woken } = engineOf({ ...inOrder({ a: () => '' }), kind: 'cluster.create' });
  const ends = await Promise.allSettled(
    inputs.map((input) =>
      createCluster(platformOf(), operations, Object.assign(new CreateClusterInput(), { datastoreId }, input)),
    ),
  );
  return {
    made: ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])),
    refused: ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as DomainError] : [])),
    woken,
  };
}

const count = (entity: new () => object): Promise<number> => database.db.manager.count(entity);

describe('ten racing requests for a cluster', () => {
  it('with the same idempotency key and input are one, and all are told the same', async () => {
    const input = { name: 'orders', size: 3, idempotencyKey: 'once' };
    const { made, refused, woken } = await race(Array.from({ length: 10 }, () => input));
    const [first] = made;

    expect(refused).toEqual([]);
    expect(new Set(made.map(({ cluster }) => cluster.id)).size).toBe(1);
    expect(new Set(made.map(({ operation }) => operation.id)).size).toBe(1);
    expect(new Set(made.map(({ credentials }) => credentials.password)).size).toBe(1);
    expect([await count(Cluster), await count(Instance), await count(Operation)]).toEqual([1, 3, 1]);
    expect(new Set(woken)).toEqual(new Set([first?.operation.id]));
  });

  it('with the same key and other inputs are one: the others are told so', async () => {
    const { made, refused } = await race(
      Array.from({ length: 10 }, (_, i) => ({ name: `orders ${i}`, idempotencyKey: 'once' })),
    );

    expect(made).toHaveLength(1);
    expect(refused.map(({ code, field, operationId }) => ({ code, field, operationId }))).toEqual(
      Array(9).fill({ code: 'CONFLICT', field: 'idempotencyKey', operationId: made[0]?.operation.id }),
    );
    expect(await count(Cluster)).toBe(1);
  });

  it('of the same name and no key are one: the others are told that it is taken, and leave nothing', async () => {
    const { made, refused } = await race(Array.from({ length: 10 }, () => ({ name: 'orders' })));

    expect(made).toHaveLength(1);
    expect(refused.map(({ code, field }) => ({ code, field }))).toEqual(
      Array(9).fill({ code: 'CONFLICT', field: 'name' }),
    );
    expect([await count(Cluster), await count(Instance), await count(Operation)]).toEqual([1, 1, 1]);
  });

  it('of different names and keys are ten', async () => {
    const { made } = await race(
      Array.from({ length: 10 }, (_, i) => ({ name: `orders ${i}`, idempotencyKey: String(i) })),
    );
    expect(new Set(made.map(({ cluster }) => cluster.id)).size).toBe(10);
    expect(new Set(made.map(({ credentials }) => credentials.password)).size).toBe(10);
  });
});

describe('a request that is repeated', () => {
  it('is the same also when it now says null for what it had left out', async () => {
    const input = { name: 'orders', idempotencyKey: 'once' };
    const { made } = await race([input, { ...input, flavor: null, provider: null, size: null }]);
    expect(made).toHaveLength(2);
    expect(made[0]?.cluster.id).toBe(made[1]?.cluster.id);
  });

  it('stores no password as it is', async () => {
    const { made } = await race([{ name: 'orders' }]);
    const rows = await database.db.query<{ all: string }[]>(
      `SELECT string_agg(s::text, '') AS all FROM stored_secret s`,
    );
    const events = await database.db.query<{ all: string }[]>(`SELECT string_agg(e::text, '') AS all FROM event e`);
    const password = made[0]?.credentials.password ?? '';
    expect(password).toHaveLength(32);
    expect(`${rows[0]?.all ?? ''}${events[0]?.all ?? ''}`).not.toContain(password);
  });
});
