import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Provider, Server, ServerWish } from '../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../src/remote/keys.js';
import { createRemotePool } from '../../src/remote/pool.js';
import type { Remote, RemotePool } from '../../src/remote/remote.js';
import { gatherFacts, parseFacts } from '../../src/shell/facts.js';
import { sh, type Command } from '../../src/shell/command.js';
import { until } from '../support/until.js';
import { onMachines, openLab, type Lab } from './support/lab.js';

const keys = createKeyPair('the cluster');
const { signal } = new AbortController();

onMachines('servers of the provider incus', () => {
  let lab: Lab;
  let provider: Provider;
  let pool: RemotePool;

  const wishFor = (more: Partial<ServerWish> = {}): ServerWish => ({
    key: randomUUID(),
    name: 'db-1',
    clusterId: randomUUID(),
    flavor: 'tiny',
    image: 'debian-12',
    user: 'dtrove',
    authorizedKey: keys.publicKey,
    hostKey: createHostKey(),
    ...more,
  });

  async function make(wish: ServerWish): Promise<{ server: Server; remote: Remote; seen: Server[] }> {
    const seen: Server[] = [];
    const { id } = await provider.create(wish, signal);
    const server = await until(
      'the server to become active',
      async () => {
        const now = await provider.updateStatus(id, signal);
        if (now !== null) seen.push(now);
        if (now?.state === 'ERROR') throw new Error(now.message);
        return now?.state === 'ACTIVE' ? now : null;
      },
      120_000,
    );
    const { addr, sshPort } = server;
    const remote = pool.get({
      ...{ host: addr ?? '', port: sshPort, user: wish.user, hostKey: wish.hostKey.publicKey },
      ...{ privateKey: keys.privateKey, passphrase: keys.passphrase },
    });
    return { server, remote, seen };
  }

  const told = async (remote: Remote, command: Command): Promise<string> => {
    const { code, stdout, stderr } = await remote.run(command);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.trim();
  };

  const state = (id: string, action: string) =>
    lab.api.change('PUT', `/instances/${id}/state`, signal, { action, force: true, timeout: 30 });

  beforeAll(async () => {
    lab = await openLab();
    provider = await lab.provider();
    pool = createRemotePool();
  });

  afterAll(async () => {
    await pool.close();
    await lab.close();
  });

  it('come up as wished: systemd, the flavor, the name, sudo, and the host key that was given', async () => {
    const wish = wishFor();
    const { server, remote, seen } = await make(wish);
    const facts = parseFacts(await told(remote, gatherFacts()));
    expect(facts).toMatchObject({ init: 'systemd', os: 'debian', osVersion: '12', cpus: 1, memoryMb: 512 });
    expect(await told(remote, sh`hostname; sudo -n id -u`)).toBe('db-1\n0');
    const progress = seen.map((one) => one.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    for (const one of seen.slice(0, -1))
      expect(one).toMatchObject({ state: 'BUILD', message: expect.stringMatching(/./) });
    await provider.destroy(server.id, signal);
    expect(await lab.left()).toEqual([]);
  });

  it('are seen when somebody else stops, freezes, cuts off or starts them', async () => {
    const { server } = await make(wishFor());
    const now = () => provider.updateStatus(server.id, signal);
    await state(server.id, 'freeze');
    expect(await now()).toMatchObject({ state: 'SHUTOFF', message: 'it is frozen', addr: server.addr });
    await state(server.id, 'unfreeze');
    expect(await now()).toMatchObject({ state: 'ACTIVE', message: '' });
    const cut = { devices: { eth0: { type: 'none' } } };
    await lab.api.change('PATCH', `/instances/${server.id}`, signal, cut);
    expect(await now()).toMatchObject({ state: 'UNKNOWN', message: expect.stringMatching(/no network/) });
    await state(server.id, 'stop');
    expect(await now()).toMatchObject({ state: 'SHUTOFF', message: 'it is stopped', addr: server.addr });
    expect(await provider.list(signal)).toMatchObject([{ id: server.id, state: 'SHUTOFF' }]);
    await provider.destroy(server.id, signal);
    expect(await lab.left()).toEqual([]);
  });

  it('have volumes that are made once, attached, grown, and gone with their server', async () => {
    const { server, remote } = await make(wishFor());
    const wish = { key: randomUUID(), sizeGb: 1 };
    const volume = await provider.createVolume(wish, signal);
    expect(await provider.createVolume(wish, signal)).toBe(volume);
    await provider.attachVolume(server.id, volume, signal);
    await provider.attachVolume(server.id, volume, signal);
    await told(remote, sh`sudo sh -c ${`echo kept >/mnt/${volume}/file`}`);
    await provider.growVolume?.(volume, 2, signal);
    await provider.growVolume?.(volume, 2, signal);
    await expect(provider.growVolume?.(volume, 1, signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/cannot shrink/),
    });
    expect(await told(remote, sh`cat ${`/mnt/${volume}/file`}`)).toBe('kept');
    const other = await provider.createVolume({ key: randomUUID(), sizeGb: 1 }, signal);
    await provider.destroy(server.id, signal);
    expect(await lab.left()).toEqual([other]);
    await provider.deleteVolume?.(other, signal);
    await provider.deleteVolume?.(other, signal);
    expect(await lab.left()).toEqual([]);
  });

  it('are set back to a snapshot, with their volumes', async () => {
    const { server, remote } = await make(wishFor());
    const volume = await provider.createVolume({ key: randomUUID(), sizeGb: 1 }, signal);
    await provider.attachVolume(server.id, volume, signal);
    const both = (word: string) =>
      sh`sudo sh -c ${`echo ${word} | tee /root/file /mnt/${volume}/file >/dev/null; sync`}`;
    await told(remote, both('before'));
    const snapshot = await provider.snapshot(server.id, 'first', signal);
    expect(await provider.snapshot(server.id, 'first', signal)).toBe(snapshot);
    await told(remote, both('after'));
    await provider.restoreSnapshot?.(snapshot, signal);
    pool.forget(server.addr ?? '', server.sshPort);
    const answer = await until('SSH to answer again', () =>
      told(remote, sh`sudo cat /root/file ${`/mnt/${volume}/file`}`).catch(() => null),
    );
    expect(answer).toBe('before\nbefore');
    await provider.deleteSnapshot?.(snapshot, signal);
    await provider.deleteSnapshot?.(snapshot, signal);
    await expect(provider.restoreSnapshot?.(snapshot, signal)).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
    await provider.destroy(server.id, signal);
    expect(await lab.left()).toEqual([]);
  });
});
