import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/errors.js';
import type { Provider, Server, ServerWish } from '../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../src/remote/keys.js';
import { createRemotePool } from '../../src/remote/pool.js';
import type { Remote, RemotePool, Result } from '../../src/remote/remote.js';
import { sh, type Command } from '../../src/shell/command.js';
import { until } from '../support/until.js';

/** A provider to prove, and what it takes to make the smallest server with it. */
export interface ProviderSubject {
  readonly provider: Provider;
  readonly image: string;
  /** Makes good what was put aside, where servers live on. */
  readonly restore?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const keys = createKeyPair('the cluster');
const stranger = createKeyPair('somebody else');
const { signal } = new AbortController();

/** Milliseconds that a server may take to be made. */
const patience = 600_000;

/** What every provider does, whatever it stands on. Without `guests` to log in to, nothing is asked over SSH. */
export function providerContract(name: string, start: () => Promise<ProviderSubject>, { guests = true } = {}): void {
  const onGuests = guests ? it : it.skip;

  describe(`the Provider contract: ${name}`, () => {
    let subject: ProviderSubject;
    let provider: Provider;
    let pool: RemotePool;

    const wishFor = (more: Partial<ServerWish> = {}): ServerWish & { hostKey: ReturnType<typeof createHostKey> } => ({
      key: randomUUID(),
      name: 'contract-1',
      clusterId: randomUUID(),
      flavor: provider.defaultFlavor,
      image: subject.image,
      user: 'dtrove',
      authorizedKey: keys.publicKey,
      hostKey: createHostKey(),
      ...more,
    });

    const active = ({ id }: Server): Promise<Server> =>
      until(
        'the server to become active',
        async () => {
          const server = await provider.updateStatus(id, signal);
          if (server?.state === 'ERROR') throw new Error(server.message);
          return server?.state === 'ACTIVE' ? server : null;
        },
        patience,
      );

    // A server that was there before has a user and a host key of its own.
    const remoteOf = (server: Server, given: string, { privateKey, passphrase } = keys, other = false): Remote => {
      const { addr, sshPort, user = 'dtrove' } = server;
      const hostKey = other ? given : (server.hostKey ?? given);
      return pool.get({ host: addr ?? '', port: sshPort, user, hostKey, privateKey, passphrase });
    };

    /** Runs a command as soon as SSH answers: an active server may still be booting. */
    const told = (remote: Remote, command: Command): Promise<Result> =>
      until(
        'SSH to answer',
        () =>
          remote.run(command).catch((error: unknown) => {
            if (error instanceof DomainError && error.retryable) return null;
            throw error;
          }),
        patience,
      );

    const failure = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => null,
        (error: unknown) => error,
      );

    const ours = async (clusterId: string): Promise<string[]> =>
      (await provider.list(signal)).filter((server) => server.clusterId === clusterId).map(({ key }) => key);

    beforeAll(async () => {
      subject = await start();
      provider = subject.provider;
      pool = createRemotePool();
    });

    afterEach(async () => {
      await Promise.all((await provider.list(signal)).map(({ id }) => provider.destroy(id, signal)));
    });

    afterAll(async () => {
      await pool.close();
      await subject.close();
    });

    it('offers flavors, its default among them', async () => {
      const flavors = await provider.flavors();
      expect(flavors.map((flavor) => flavor.name)).toContain(provider.defaultFlavor);
      for (const { cpus, memoryMb, diskGb } of flavors) expect(Math.min(cpus, memoryMb, diskGb)).toBeGreaterThan(0);
    });

    it('makes a server that becomes active and bears the key and the cluster', async () => {
      const wish = wishFor();
      const server = await active(await provider.create(wish, signal));
      expect(server).toMatchObject({ key: wish.key, clusterId: wish.clusterId, progress: 100, message: '' });
      expect(server.addr).not.toBeNull();
    });

    it('makes one server for one key, however often and however much at once it is asked', async () => {
      const wish = wishFor();
      const servers = await Promise.all(Array.from({ length: 5 }, () => provider.create(wish, signal)));
      servers.push(await provider.create(wish, signal));
      expect(new Set(servers.map(({ id }) => id)).size).toBe(1);
      expect(await ours(wish.clusterId)).toEqual([wish.key]);
    });

    onGuests('lets the given key in over SSH, and shows the given host key', async () => {
      const wish = wishFor();
      const server = await active(await provider.create(wish, signal));
      const remote = remoteOf(server, wish.hostKey.publicKey);
      const result = await told(remote, sh`echo hello; exit 3`);
      expect(result).toEqual({ code: 3, stdout: 'hello\n', stderr: '' });

      const other = remoteOf(server, createHostKey().publicKey, keys, true);
      expect(await failure(other.run(sh`true`))).toMatchObject({ code: 'HOST_KEY_CHANGED' });
    });

    onGuests('refuses every other key', async () => {
      const wish = wishFor();
      const server = await active(await provider.create(wish, signal));
      await told(remoteOf(server, wish.hostKey.publicKey), sh`true`);
      const remote = remoteOf(server, wish.hostKey.publicKey, stranger);
      expect(await failure(remote.run(sh`true`))).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    });

    it('keeps the servers of one cluster apart', async () => {
      const clusterId = randomUUID();
      const servers = [];
      for (const wish of [wishFor({ clusterId }), wishFor({ clusterId })]) {
        servers.push({ wish, server: await active(await provider.create(wish, signal)) });
      }
      const addresses = servers.map(({ server }) => `${server.addr ?? ''}:${server.sshPort}`);
      expect(new Set(addresses).size).toBe(2);
      const databases = servers.map(({ server }) => `${server.addr ?? ''}:${server.port ?? 5432}`);
      expect(new Set(databases).size).toBe(2);
    });

    it('lists what bears our tag, and nothing else', async () => {
      const wishes = [wishFor(), wishFor(), wishFor()];
      for (const wish of wishes) await provider.create(wish, signal);
      const listed = await provider.list(signal);
      expect(listed.map(({ key }) => key).sort()).toEqual(wishes.map(({ key }) => key).sort());
      for (const { key, clusterId } of wishes)
        expect(listed.find((server) => server.key === key)).toMatchObject({ clusterId });
    });

    it('destroys a server until it is gone, twice if asked', async () => {
      const [wish, neighbour] = [wishFor(), wishFor()];
      const server = await active(await provider.create(wish, signal));
      await provider.create(neighbour, signal);
      await provider.destroy(server.id, signal);
      expect(await provider.updateStatus(server.id, signal)).toBeNull();
      expect((await provider.list(signal)).map(({ key }) => key)).toEqual([neighbour.key]);
      await provider.destroy(server.id, signal);
      if (!guests) return;
      pool.forget(server.addr ?? '', server.sshPort);
      const remote = remoteOf(server, wish.hostKey.publicKey);
      expect(await failure(remote.run(sh`true`))).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    });

    onGuests('makes a server anew after its destruction', async () => {
      // What was put on a server that lives on is wiped by whoever put it there.
      if (provider.keepsServers === true) return;
      const wish = wishFor();
      const first = await active(await provider.create(wish, signal));
      await told(remoteOf(first, wish.hostKey.publicKey), sh`echo old >mark`);
      await provider.destroy(first.id, signal);
      pool.forget(first.addr ?? '', first.sshPort);
      const second = await active(await provider.create(wish, signal));
      const remote = remoteOf(second, wish.hostKey.publicKey);
      const { stdout } = await told(remote, sh`ls`);
      expect(stdout).not.toContain('mark');
    });

    it('knows nothing of a server that was never made', async () => {
      const id = randomUUID();
      expect(await provider.updateStatus(id, signal)).toBeNull();
      await provider.destroy(id, signal);
    });

    it('refuses a flavor that it does not offer, naming the field, and makes nothing', async () => {
      const error = await failure(provider.create(wishFor({ flavor: 'no-such-flavor' }), signal));
      expect(error).toBeInstanceOf(DomainError);
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field: 'flavor' });
      expect(await provider.list(signal)).toEqual([]);
    });

    it('makes nothing for somebody who has given up already', async () => {
      const reason = new Error('given up');
      expect(await failure(provider.create(wishFor(), AbortSignal.abort(reason)))).toBe(reason);
      expect(await provider.list(signal)).toEqual([]);
    });

    onGuests('has nobody get a server that was put aside', async () => {
      if (provider.keepsServers !== true) return;
      const server = await active(await provider.create(wishFor(), signal));
      await provider.quarantine?.(server.id, 'it could not be wiped', signal);
      await provider.destroy(server.id, signal);
      expect(await provider.list(signal)).toEqual([]);
      await subject.restore?.();
    });

    it('says in words that a datastore cannot run on it', async () => {
      const words = await provider.refuses({ manager: 'no-such-manager', version: '0', image: subject.image });
      if (words !== null) expect(words).toMatch(/no-such-manager/);
    });

    it('says that volumes are not supported, where they are not', async () => {
      if (provider.supportsVolumes) return;
      const calls = [
        provider.createVolume({ key: randomUUID(), sizeGb: 1 }, signal),
        provider.attachVolume('a', 'b', signal),
      ];
      for (const call of calls) {
        expect(await failure(call)).toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringMatching(/volume/) });
      }
    });

    it('lists what else bears our tag, and removes it, twice if asked', async () => {
      if (provider.leftovers === undefined || !provider.supportsVolumes) return;
      const whose = { clusterId: randomUUID(), owner: randomUUID() };
      const key = randomUUID();
      const id = await provider.createVolume({ key: randomUUID(), sizeGb: 1, serverKey: key, ...whose }, signal);
      const found = async () => (await provider.leftovers?.(signal))?.filter(({ owner }) => owner === whose.owner);
      expect(await found()).toMatchObject([{ kind: 'VOLUME', id, key, ...whose }]);
      for (let times = 0; times < 2; times += 1) await provider.removeLeftover?.('VOLUME', id, signal);
      expect(await found()).toEqual([]);
    });

    it('says that snapshots are not supported, where they are not', async () => {
      if (provider.supportsSnapshots) return;
      const error = await failure(provider.snapshot('a', 'b', signal));
      expect(error).toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringMatching(/snapshot/) });
    });
  });
}
