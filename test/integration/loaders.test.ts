import { describe, expect, it, jest } from '@jest/globals';
import { graphql } from 'graphql';
import type { Logger } from 'typeorm';
import { resolvers } from '../../resolvers/index.js';
import { Cluster } from '../../schema/cluster.js';
import { formatError } from '../../src/api/errors.js';
import { createSchema } from '../../src/api/schema.js';
import { Clusters } from '../../src/clusters/clusters.js';
import { createLoaders } from '../../src/clusters/loaders.js';
import { cursorOf } from '../../src/clusters/paging.js';
import type { Platform } from '../../src/clusters/platform.js';
import type { Manager } from '../../src/datastores/datastore.js';
import { newId } from '../../src/ids.js';
import { useDatabase } from '../support/database.js';
import { fakeKind, lane, useEngine, type Engine } from '../support/engine.js';
import { quiet } from '../support/log.js';
import { makeCluster, makeDatastore } from '../support/rows.js';

const database = useDatabase();
const engineOf = useEngine(database);
const schema = await createSchema(resolvers);

interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}
interface Listed {
  readonly id: string;
  readonly instances: readonly unknown[];
  readonly operations: Page<{ readonly id: string; readonly steps: readonly unknown[] }>;
}

/** The answer to a query, as one request has it: loaders of its own. */
async function ask(source: string, variableValues: Record<string, unknown> = {}) {
  const uri = { scheme: 'postgresql', database: 'postgres', query: '' };
  const platform = { db: database.db, managers: { managerOf: () => ({ uri }) as Manager } } as unknown as Platform;
  const contextValue = {
    viewer: { role: 'admin' },
    clusters: new Clusters(platform, engineOf(fakeKind({})).operations),
    loaders: createLoaders(database.db),
  };
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
  return { clusters: data?.['clusters'] as Page<Listed>, errors: errors?.map((error) => formatError(error, quiet)) };
}

/** How many statements reach the database meanwhile. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  const { logger } = database.db;
  let count = 0;
  const counting: Logger = Object.assign(Object.create(logger) as Logger, { logQuery: () => (count += 1) });
  Object.assign(database.db, { logger: counting });
  await work().finally(() => Object.assign(database.db, { logger }));
  return count;
}

const everything = `query ($first: Int, $after: String) {
  clusters(first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { cursor node {
      id name datastore { name } endpoints { uri } key { public }
      instances { name cluster { name datastore { name } } connectionInfo { host } }
      operations(first: 2) {
        pageInfo { hasNextPage endCursor }
        edges { node { id kind cluster { name } steps { name instance { name cluster { id } } } } }
      }
    } }
  }
}`;

/** Clusters of two instances, each with three operations of two steps. */
async function fill(count: number): Promise<{ ids: string[]; engine: Engine }> {
  const datastoreId = (await makeDatastore(database.db)).id;
  const made = await Promise.all(Array.from({ length: count }, () => makeCluster(database.db, 2, { datastoreId })));
  const steps = made.map(({ cluster, instances }) => ({
    cluster,
    lanes: instances.map((on) => lane({ a: () => '' }, on)),
  }));
  const byCluster = new Map(steps.map(({ cluster, lanes }) => [cluster.id, lanes]));
  const kind = fakeKind({});
  const engine = engineOf({
    ...kind,
    stages: [{ name: 'all', plan: (_db, { clusterId }) => Promise.resolve([byCluster.get(clusterId ?? '') ?? []]) }],
  });
  for (const { cluster } of made) {
    for (let i = 0; i < 3; i += 1) await engine.operations.cancel((await engine.create(cluster.id)).id);
  }
  return { ids: made.map(({ cluster }) => cluster.id).sort(), engine };
}

describe('a list of clusters with all that hangs on them', () => {
  it('costs the same number of statements for fifty as for two', async () => {
    await fill(2);
    const few = await statements(() => ask(everything, { first: 50 }));
    await fill(48);
    let answer: Awaited<ReturnType<typeof ask>> | undefined;
    const many = await statements(async () => (answer = await ask(everything, { first: 50 })));

    expect(answer?.errors).toBeUndefined();
    expect(answer?.clusters.edges).toHaveLength(50);
    expect(answer?.clusters.edges.every(({ node }) => node.instances.length === 2)).toBe(true);
    expect(answer?.clusters.edges.every(({ node }) => node.operations.edges.length === 2)).toBe(true);
    expect(few).toBeGreaterThan(5);
    expect(many).toBe(few);
    expect(many).toBeLessThanOrEqual(12);
  });

  it('shows of each cluster its own operations, the newest first, and whether there are more', async () => {
    const { ids } = await fill(3);
    const { clusters } = await ask(everything, { first: 3 });
    for (const { node } of clusters.edges) {
      const newest = await database.db.query<{ id: string }[]>(
        'SELECT id FROM operation WHERE cluster_id = $1 ORDER BY id DESC LIMIT 2',
        [node.id],
      );
      expect(node.operations.edges.map((edge) => edge.node.id)).toEqual(newest.map(({ id }) => id));
      expect(node.operations.pageInfo.hasNextPage).toBe(true);
      expect(node.operations.edges.map((edge) => edge.node.steps.length)).toEqual([2, 2]);
    }
    expect(clusters.edges.map(({ node }) => node.id)).toEqual(ids);
  });

  it('pages through the operations of a cluster', async () => {
    const {
      ids: [id],
    } = await fill(1);
    const { clusters } = await ask(everything);
    const after = clusters.edges[0]?.node.operations.pageInfo.endCursor;
    const loaders = createLoaders(database.db);
    const { edges, pageInfo } = await loaders.operationsOf({ first: 2, after }).load(id ?? '');
    expect({ length: edges.length, hasNextPage: pageInfo.hasNextPage }).toEqual({ length: 1, hasNextPage: false });
  });
});

describe('pages of clusters', () => {
  it('have each cluster once and in order, also of those made in the same moment', async () => {
    const createdAt = new Date();
    await Promise.all(Array.from({ length: 7 }, () => makeCluster(database.db, 1, { createdAt })));
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { clusters } = await ask(everything, { first: 3, after });
      seen.push(...clusters.edges.map(({ node }) => node.id));
      expect(clusters.totalCount).toBe(7);
      after = clusters.pageInfo.endCursor;
      if (!clusters.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(7);
  });

  it('go on behind a cluster that has been deleted meanwhile, and show it no more', async () => {
    const made = await Promise.all(Array.from({ length: 3 }, () => makeCluster(database.db)));
    const [first, second, third] = made.map(({ cluster }) => cluster.id).sort();
    const { clusters } = await ask(everything, { first: 2 });
    await database.db.manager.update(Cluster, second ?? '', { deletedAt: new Date() });
    const rest = await ask(everything, { first: 2, after: clusters.pageInfo.endCursor });

    expect(clusters.pageInfo.endCursor).toBe(cursorOf({ id: second ?? '' }));
    expect(rest.clusters.edges.map(({ node }) => node.id)).toEqual([third]);
    expect((await ask(everything)).clusters.edges.map(({ node }) => node.id)).toEqual([first, third]);
  });

  it('are empty behind the last, and where there are none', async () => {
    expect((await ask(everything)).clusters).toEqual({
      totalCount: 0,
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    expect((await ask(everything, { after: cursorOf({ id: newId() }) })).clusters.edges).toEqual([]);
  });

  it.each([
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['first', { first: -1 }],
    ['after', { after: 'nonsense' }],
    ['after', { after: '' }],
  ])('are refused with a wrong %s: %p', async (field, variables) => {
    const { errors } = await ask(everything, variables);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
  });
});

describe('loaders', () => {
  it('read a row once in a request, and anew each time in a subscription, which lasts', async () => {
    const { cluster } = await makeCluster(database.db);
    const read = async (cache: boolean): Promise<(string | undefined)[]> => {
      const loaders = createLoaders(database.db, { lasting: !cache });
      const before = await loaders.cluster.load(cluster.id);
      await database.db.manager.update(Cluster, cluster.id, { message: `${before?.message ?? ''}!` });
      const after = await loaders.cluster.load(cluster.id);
      return [before?.message, after?.message];
    };
    expect(await read(true)).toEqual(['', '']);
    expect(await read(false)).toEqual(['!', '!!']);
  });

  it('wait in a subscription for a database that is away, and in a request do not', async () => {
    const { cluster } = await makeCluster(database.db);
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const find = jest.spyOn(database.db.manager, 'query').mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    const found = await createLoaders(database.db, { lasting: true }).cluster.load(cluster.id);
    expect([found?.id, find.mock.calls.length]).toEqual([cluster.id, 3]);
    find.mockRejectedValueOnce(away);
    await expect(createLoaders(database.db).cluster.load(cluster.id)).rejects.toBe(away);
    find.mockRestore();
  });

  it('give null, or nothing, for what there is not', async () => {
    const loaders = createLoaders(database.db);
    expect(await loaders.cluster.load(newId())).toBeNull();
    expect(await loaders.instancesOf.load(newId())).toEqual([]);
    expect((await loaders.operationsOf({ first: 1 }).load(newId())).edges).toEqual([]);
  });
});
