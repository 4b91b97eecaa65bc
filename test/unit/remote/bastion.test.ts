import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHostKey, createKeyPair } from '../../../src/remote/keys.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import type { RemotePool, Target } from '../../../src/remote/remote.js';
import { sh, type Command } from '../../../src/shell/command.js';
import { startSshd, type Sshd } from '../../support/sshd.js';
import { until } from '../../support/until.js';

describe('SSH through a bastion', () => {
  let bastion: Sshd;
  let server: Sshd;
  let pool: RemotePool;

  const through = (more: Partial<Target> = {}): Target =>
    ({ ...server.target, via: bastion.target, ...more }) as Target;
  const failure = (target: Target) =>
    pool
      .get(target)
      .run(sh`true`)
      .catch((error: unknown) => error);

  beforeEach(async () => {
    [bastion, server] = await Promise.all([startSshd(), startSshd()]);
    pool = createRemotePool({ readyTimeoutMs: 3_000 });
  });

  afterEach(async () => {
    await pool.close();
    await Promise.all([bastion.close(), server.close()]);
  });

  it('runs commands on the server behind it, with one connection to the bastion for all', async () => {
    const other = await startSshd();
    const remotes = [pool.get(through()), pool.get({ ...other.target, via: bastion.target })];
    const results = await Promise.all([...remotes, ...remotes].map((remote) => remote.run(sh`echo there`)));
    expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 4 }, () => 'there\n'));
    expect(bastion.seen.connections).toBe(1);
    expect([server.seen.connections, other.seen.connections]).toEqual([1, 1]);
    expect(bastion.seen.mostChannels).toBe(0);
    await other.close();
  });

  it('moves the bytes of a file through it, and ends that with the pool', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dtrove-bastion-'));
    const { signal } = new AbortController();
    const transfer = (command: Command, into: string, tell: () => void = () => undefined) =>
      pool.get(through()).transfer(command, { signal, file: { into: join(directory, into), tell } });
    await transfer(sh`echo there`, 'one');
    expect(await readFile(join(directory, 'one'), 'utf8')).toBe('there\n');
    const cut = transfer(sh`echo begun; sleep 600`, 'two', () => void pool.close());
    await expect(cut).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    await server.idle();
    await rm(directory, { recursive: true });
  });

  it('refuses another host key of either', async () => {
    const { publicKey } = createHostKey();
    expect(await failure(through({ hostKey: publicKey }))).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining(`:${server.target.port}`),
    });
    expect(await failure(through({ via: { ...bastion.target, hostKey: publicKey } }))).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining(`:${bastion.target.port}`),
    });
    expect(server.seen.connections).toBe(1);
  });

  it('says which of the two does not answer', async () => {
    const [jump, behind] = await Promise.all([startSshd(), startSshd()]);
    const target: Target = { ...behind.target, via: jump.target };
    const remote = pool.get(target);
    await remote.run(sh`true`);
    await behind.close();
    expect(await failure(target)).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    const words = `its bastion dtrove@127.0.0.1:${jump.target.port} says`;
    expect(await failure(target)).toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: expect.stringContaining(words),
    });
    await jump.close();
    await until('the bastion to be missed', async () => {
      const error = await failure(target);
      return error instanceof Error && error.message.includes(`127.0.0.1:${jump.target.port} over SSH: connect`);
    });
  });

  it('tells the logins of one server apart', async () => {
    const stranger = createKeyPair('stranger');
    expect((await pool.get(through()).run(sh`true`)).code).toBe(0);
    expect(await failure(through({ ...stranger, publicKey: undefined } as Partial<Target>))).toMatchObject({
      code: 'REMOTE_UNREACHABLE',
    });
  });

  it('asks for the host key before anybody logs in', async () => {
    for (const via of [undefined, bastion.target]) {
      const place = { ...server.target, via };
      const found = await pool.hostKeyOf(place, () => true);
      expect(found.accepted?.split(' ')).toEqual(server.target.hostKey.split(' ').slice(0, 2));
      const none = await pool.hostKeyOf(place, () => false);
      expect(none).toEqual({ accepted: null, seen: [found.accepted] });
    }
    const closed = await startSshd();
    await closed.close();
    const gone = pool.hostKeyOf(closed.target, () => true);
    await expect(gone).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
  });
});
