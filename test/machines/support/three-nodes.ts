import { expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  ClusterStatusDocument,
  RemoveNodeDocument,
  ServerStatusDocument,
  type RegisterDatastoreInput,
} from '../../operations/documents.js';
import type { Api } from '../../support/api.js';
import { cluster, deleteCluster, succeed, type Created } from '../../support/clusters.js';
import { until } from '../../support/until.js';
import { numbers, type ClientOf, type Login, type Outside } from './clients.js';
import { ask, authorityOf } from './plane.js';

const minutes = 60_000;

/** Where clusters are made: whatever provider comes first there has a flavor `small`. */
export interface Ground {
  readonly api: Api;
  readonly outside: Outside;
  /** What the provider has, whosever it is, in words. */
  left(): Promise<readonly string[]>;
}

/** The life of a cluster of three through the public API, from its making to its end, with a client that watches it from outside. */
export function threeNodes(ground: () => Ground, offer: RegisterDatastoreInput, client: ClientOf): void {
  let before: readonly string[];
  let made: Created;
  let logins: readonly Login[];
  const api = (): Api => ground().api;
  const outside = (): Outside => ground().outside;

  /** Logs in to every node, the primary first. */
  async function loginsNow(): Promise<readonly Login[]> {
    const { username, password } = made.credentials;
    const { endpoints } = await cluster(api(), made.cluster.id);
    return endpoints.map(({ host, port }) => ({ host, port, username, password }));
  }

  const primary = (): Login => {
    const [first] = logins;
    if (first === undefined) throw new Error('no primary');
    return first;
  };

  const seenBy = (login: Login) => outside().ask(client, login, client.read).then(numbers);

  /** Changes the cluster while its primary is written to; no acknowledged write is missing on any node afterwards. */
  async function changing(change: () => Promise<{ readonly operation: { readonly id: string } }>): Promise<void> {
    const before = await seenBy(primary());
    const writer = await outside().startWriting(client, primary());
    const { written, refused } = await (async () => {
      await until('a write', async () => (await writer.acknowledged()) > 0, minutes);
      const { operation } = await change();
      await succeed(api(), operation.id);
      const during = await writer.acknowledged();
      await until('writes after the change', async () => (await writer.acknowledged()) > during, minutes);
    })().then(
      () => writer.stop(),
      async (error: unknown) => {
        await writer.stop();
        throw error;
      },
    );
    expect(refused).toBe('');
    logins = await loginsNow();
    const all = [...new Set([...before, ...written])].sort((a, b) => a - b);
    for (const login of logins) {
      await until(`all writes on ${login.host}`, async () => (await seenBy(login)).length >= all.length, minutes / 2);
      expect(await seenBy(login)).toEqual(all);
    }
    // A number that is there already cannot be written again.
    await outside().ask(client, primary(), client.empty);
  }

  it(
    'is made while its subscribers watch',
    async () => {
      before = [...(await ground().left())].sort();
      made = await ask(api(), offer, { name: `${offer.manager}-three`, size: 3, flavor: 'small' });
      const seen = new Map<string, string[]>();
      const states: string[] = [];
      const servers = (async () => {
        for await (const { serverStatus } of api().watch(ServerStatusDocument, { clusterId: made.cluster.id })) {
          const of = seen.get(serverStatus.name) ?? [];
          seen.set(serverStatus.name, [...of, serverStatus.serverStatus]);
          if (seen.size === 3 && [...seen.values()].every((one) => one.at(-1) === 'ACTIVE')) return;
        }
      })();
      const statuses = (async () => {
        for await (const { clusterStatus } of api().watch(ClusterStatusDocument, { id: made.cluster.id })) {
          states.push(clusterStatus.status);
          if (clusterStatus.status === 'ACTIVE') return;
        }
      })();
      const events = await succeed(api(), made.operation.id);
      await Promise.all([servers, statuses]);
      expect([...seen.keys()].sort()).toEqual(made.cluster.instances.map(({ name }) => name).sort());
      expect(states.at(-1)).toBe('ACTIVE');
      const progress = events.map(({ operation }) => operation.progress);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(progress.at(-1)).toBe(100);
      await outside().trust(await authorityOf(api(), made.cluster.id));
      logins = await loginsNow();
      expect(logins).toHaveLength(3);
    },
    10 * minutes,
  );

  it('shows on every replica what its own client writes on the primary, over TLS; a replica takes no write', async () => {
    await outside().ask(client, primary(), client.setUp);
    await outside().ask(client, primary(), client.write.replace('$i', '7'));
    for (const login of logins.slice(1)) {
      await until(`7 on ${login.host}`, async () => (await seenBy(login).catch(() => []))[0] === 7, minutes / 2);
      await expect(outside().ask(client, login, client.write.replace('$i', '8'))).rejects.toThrow(client.readOnly);
    }
    await expect(outside().ask(client, { ...primary(), password: 'wrong' }, client.read)).rejects.toThrow(
      /password|WRONGPASS|denied/i,
    );
    await outside().ask(client, primary(), client.empty);
  });

  it(
    'gets a node more under a writer, and loses no write that was acknowledged',
    async () => {
      const clusterId = made.cluster.id;
      await changing(async () => (await api().get(AddNodeDocument, { input: { clusterId, count: 1 } })).addNode);
      expect(logins).toHaveLength(4);
    },
    10 * minutes,
  );

  it(
    'lets a node go under a writer, and loses no write that was acknowledged',
    async () => {
      const clusterId = made.cluster.id;
      await changing(async () => (await api().get(RemoveNodeDocument, { input: { clusterId } })).removeNode);
      expect(logins).toHaveLength(3);
      expect(await cluster(api(), clusterId)).toMatchObject({ status: 'ACTIVE', size: 3, message: '' });
    },
    5 * minutes,
  );

  it(
    'leaves no server, volume or image behind when it is deleted',
    async () => {
      await deleteCluster(api(), made.cluster.id);
      expect([...(await ground().left())].sort()).toEqual(before);
    },
    2 * minutes,
  );
}
