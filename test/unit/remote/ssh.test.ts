import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHostKey, createKeyPair, fingerprint } from '../../../src/remote/keys.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import type { RemotePool, Target } from '../../../src/remote/remote.js';
import { sh } from '../../../src/shell/command.js';
import { startSshd, type Sshd } from '../../support/sshd.js';

/** A way to `port` that can fall silent without closing, as a network does. */
async function quietableWay(port: number): Promise<{ port: number; silence: () => void; close: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((here) => {
    const there = connect(port, '127.0.0.1');
    here.pipe(there).pipe(here);
    for (const socket of [here, there]) socket.on('error', () => undefined);
    sockets.push(here, there);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('SSH', () => {
  let sshd: Sshd;
  let pool: RemotePool;
  const failure = (target: Target, options = {}) =>
    pool
      .get(target)
      .run(sh`true`, options)
      .catch((error: unknown) => error);

  beforeEach(async () => {
    sshd = await startSshd();
    pool = createRemotePool();
  });

  afterEach(async () => {
    await pool.close();
    await sshd.close();
  });

  it('connects once for all who ask, and opens no more than 8 channels at once', async () => {
    const commands = Array.from({ length: 30 }, () => pool.get({ ...sshd.target }).run(sh`true`));
    expect((await Promise.all(commands)).every(({ code }) => code === 0)).toBe(true);
    expect(sshd.seen).toEqual({ connections: 1, mostChannels: 8 });
  });

  it('sends nothing where who asks thinks better of it at the last moment, and goes on after that', async () => {
    const before = (): void => {
      throw new Error('not mine any more');
    };
    const remote = pool.get({ ...sshd.target });
    const refused = Array.from({ length: 20 }, () => remote.run(sh`true`, { before }).catch(String));
    expect(new Set(await Promise.all(refused))).toEqual(new Set(['Error: not mine any more']));
    expect(sshd.seen.mostChannels).toBe(0);
    expect((await remote.run(sh`true`, { before: () => undefined })).code).toBe(0);
  });

  it('puts the prefix of the target before each command, unless the pool has one', async () => {
    const target = { ...sshd.target, prefix: 'env WHOSE=target' };
    const whose = async (from: RemotePool) => (await from.get(target).run(sh`echo "$WHOSE"`)).stdout;
    expect(await whose(pool)).toBe('target\n');
    const own = createRemotePool({ prefix: 'env WHOSE=pool' });
    expect(await whose(own)).toBe('pool\n');
    await own.close();
  });

  it('gives back the places of commands that failed', async () => {
    const remote = pool.get(sshd.target);
    const timeouts = Array.from({ length: 20 }, () =>
      remote.run(sh`exec sleep 600`, { timeoutMs: 50 }).catch(() => null),
    );
    await Promise.all(timeouts);
    expect((await Promise.all(Array.from({ length: 20 }, () => remote.run(sh`true`)))).length).toBe(20);
    expect(sshd.seen).toEqual({ connections: 1, mostChannels: 8 });
  });

  it('refuses another host key, and says which was expected, which came and what to do', async () => {
    const expected = createHostKey().publicKey;
    const error = await failure({ ...sshd.target, hostKey: expected });
    expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', retryable: false });
    const { message } = error as Error;
    expect(message).toContain(`expected ${fingerprint(expected)}`);
    expect(message).toContain(`presented ${fingerprint(sshd.target.hostKey)}`);
    expect(message).toContain('replace this server');
  });

  it('notices a host key that changed while it was connected', async () => {
    const before = sshd.target;
    let lost: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const onOutput = () => {
        resolve();
      };
      lost = pool
        .get(before)
        .run(sh`echo started; exec sleep 600`, { onOutput })
        .catch((error: unknown) => error);
    });
    await sshd.close();
    expect(await lost).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    sshd = await startSshd({ port: before.port });
    const error = await failure(before);
    expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED' });
    expect(await failure(sshd.target)).toMatchObject({ code: 0 });
  });

  it('says REMOTE_UNREACHABLE where nobody listens', async () => {
    const { port } = sshd.target;
    await sshd.close();
    const error = await failure({ ...sshd.target, port });
    expect(error).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    expect((error as Error).message).toContain(`dtrove@127.0.0.1:${String(port)}`);
    sshd = await startSshd({ port });
  });

  it('says REMOTE_UNREACHABLE where the key is not let in', async () => {
    const { privateKey, passphrase } = createKeyPair('stranger');
    const error = await failure({ ...sshd.target, user: 'stranger', privateKey, passphrase });
    expect(error).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    expect((error as Error).message).toContain('authentication');
  });

  it('gives up on a server that accepts and then says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const impatient = createRemotePool({ readyTimeoutMs: 100 });
    const { port } = silent.address() as AddressInfo;
    const run = impatient.get({ ...sshd.target, port }).run(sh`true`);
    await expect(run).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    // Its own timeout counts while it connects, too.
    const patient = pool.get({ ...sshd.target, port }).run(sh`true`, { timeoutMs: 100 });
    await expect(patient).rejects.toMatchObject({ code: 'REMOTE_TIMEOUT' });
    const abort = new AbortController();
    const aborted = pool.get({ ...sshd.target, port }).run(sh`true`, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await Promise.all([impatient.close(), pool.close()]);
    silent.close();
  });

  it('says REMOTE_UNREACHABLE when the server refuses a channel, and goes on', async () => {
    const strict = await startSshd({ maxSessions: 1 });
    const remote = pool.get(strict.target);
    const results = await Promise.allSettled([remote.run(sh`true`), remote.run(sh`true`), remote.run(sh`true`)]);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    expect(await remote.run(sh`true`)).toMatchObject({ code: 0 });
    await pool.close();
    await strict.close();
  });

  it('notices a server that falls silent', async () => {
    const watchful = createRemotePool({ keepaliveMs: 50 });
    const way = await quietableWay(sshd.target.port);
    const remote = watchful.get({ ...sshd.target, port: way.port });
    const run = remote.run(sh`echo started; exec sleep 600`, { onOutput: way.silence });
    await expect(run).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    way.close();
    await watchful.close();
  });

  it('forgets a server: its connection ends, and a later command makes a new one', async () => {
    const remote = pool.get(sshd.target);
    let forgotten: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      forgotten = remote
        .run(sh`echo started; exec sleep 600`, {
          onOutput: () => {
            resolve();
          },
        })
        .catch((error: unknown) => error);
    });
    pool.forget('127.0.0.1', sshd.target.port + 1);
    expect(pool.get(sshd.target)).toBe(remote);
    pool.forget('127.0.0.1', sshd.target.port);
    expect(await forgotten).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    expect(pool.get(sshd.target)).not.toBe(remote);
    expect(await failure(sshd.target)).toMatchObject({ code: 0 });
  });

  it('puts the prefix before every command', async () => {
    const prefixed = createRemotePool({ prefix: 'env WHO="a b"' });
    expect((await prefixed.get(sshd.target).run(sh`echo "$WHO" ${"it's"}`)).stdout).toBe("a b it's\n");
    await prefixed.close();
  });
});
