import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Host, HostState } from '../../schema/host.js';
import { sealLogins, keyLogin } from '../../src/hosts/logins.js';
import { DatabasePool } from '../../src/hosts/pool.js';
import { newId } from '../../src/ids.js';
import type { HostWish } from '../../src/providers/host-pool.js';
import { createHostKey } from '../../src/remote/keys.js';
import { createRemotePool } from '../../src/remote/pool.js';
import { openVault } from '../../src/secrets/open-vault.js';
import type { Vault } from '../../src/secrets/vault.js';
import { useDatabase } from '../support/database.js';

const file = { start: () => undefined, stop: () => undefined };
const { publicKey: hostKey } = createHostKey();

describe('the pool of hosts', () => {
  const database = useDatabase();
  let vault: Vault;
  let pool: DatabasePool;

  const poolOn = (db: DataSource) => new DatabasePool({ db, vault, remotes: createRemotePool() }, file);

  async function add(n: number, more: Partial<Host> = {}): Promise<string> {
    const id = newId();
    await database.db.manager.insert(Host, {
      ...{ id, place: `10.0.0.${n}:22`, address: `10.0.0.${n}`, port: 22, user: 'debian', hostKey },
      ...{ tags: [], cpus: 2, memoryMb: 2048, diskGb: 20, os: 'debian-13', machineId: null },
      ...{ state: HostState.FREE, message: '', bastion: null, instanceId: null, clusterId: null, fromFile: false },
      login: sealLogins(vault, { host: keyLogin('key', ''), bastion: null }, id),
      ...more,
    });
    return id;
  }

  const wish = (more: Partial<HostWish> = {}): HostWish => ({
    ...{ key: randomUUID(), clusterId: randomUUID(), image: 'any', cpus: 0, memoryMb: 0, diskGb: 0, tag: null },
    ...more,
  });
  const rowOf = (id: string) => database.db.manager.findOneByOrFail(Host, { id });

  beforeEach(async () => {
    vault = await openVault(database.db, [{ id: 'test', key: Buffer.alloc(32, 7) }]);
    pool = poolOn(database.db);
  });

  it('gives each host to one, however many ask at once, in however many processes', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => add(i + 1)));
    const other = poolOn(await database.server.connect(database.url));
    const claims = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? pool : other).claim(wish(), []));
    const got = (await Promise.all(claims)).flatMap((host) => (host === null ? [] : [host.id]));
    expect(got.sort()).toEqual(ids.sort());
    const keys = (await pool.held()).map(({ takenBy }) => takenBy?.key);
    expect(new Set(keys).size).toBe(10);
  });

  it('gives one key one host, however often and however much at once it asks', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => add(n)));
    const other = poolOn(await database.server.connect(database.url));
    const one = wish();
    const got = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? pool : other).claim(one, [])));
    expect(new Set(got.map((host) => host?.id)).size).toBe(1);
    expect(await pool.held()).toHaveLength(1);
    expect((await pool.heldBy(one.key))?.takenBy).toEqual({ key: one.key, clusterId: one.clusterId });
  });

  it('gives the smallest that fits, and says why none does', async () => {
    const large = await add(1, { cpus: 8, memoryMb: 8192, diskGb: 100, tags: ['ssd'] });
    const small = await add(2);
    const old = await add(3, { os: 'debian-12', cpus: 1 });
    expect((await pool.claim(wish({ image: 'debian-12' }), []))?.id).toBe(old);
    expect((await pool.claim(wish({ image: 'debian' }), []))?.id).toBe(small);
    const picky = wish({ image: 'ubuntu-24.04', cpus: 16, memoryMb: 9000, diskGb: 200, tag: 'hdd' });
    expect(await pool.claim(picky, [])).toBeNull();
    expect(await pool.whyNone(picky)).toBe(
      '3 hosts are registered, 2 taken, 1 free (1 not ubuntu-24.04, 1 with fewer than 16 processors, ' +
        '1 with less than 9000 MiB of memory, 1 with less than 200 GiB of disk, 1 without the tag hdd). ' +
        'Register one with registerHost, then retry',
    );
    expect((await pool.claim(wish({ tag: 'ssd', cpus: 8 }), []))?.id).toBe(large);
    expect(await pool.claim(wish(), [])).toBeNull();
  });

  it('passes over those that are to be left out, and prefers those without a remark', async () => {
    const [first, second] = [await add(1), await add(2)];
    const one = wish();
    await pool.claim(one, [second]);
    await pool.release(one.key, 'it did not answer');
    expect(await rowOf(first)).toMatchObject({ state: 'FREE', message: 'it did not answer', instanceId: null });
    expect((await pool.claim(wish(), []))?.id).toBe(second);
    expect(await pool.claim(wish(), [first])).toBeNull();
    expect(await pool.claim(wish(), [])).toMatchObject({ id: first, fault: '' });
  });

  it('keeps what was put aside from everybody, and remembers who had it', async () => {
    const id = await add(1);
    const one = wish();
    await pool.claim(one, []);
    await pool.quarantine(one.key, 'the disk is full');
    await pool.quarantine(one.key, 'a later reason');
    expect((await pool.heldBy(one.key))?.fault).toBe('the disk is full');
    await pool.release(one.key);
    expect(await rowOf(id)).toMatchObject({
      ...{ state: 'UNCLEAN', message: 'the disk is full', instanceId: one.key, clusterId: one.clusterId },
    });
    expect(await pool.claim(one, [])).toBeNull();
    await pool.release(one.key);
    await pool.quarantine(one.key, 'much later');
    expect(await rowOf(id)).toMatchObject({ state: 'UNCLEAN', message: 'the disk is full' });
    const another = await add(2);
    expect((await pool.claim(one, []))?.id).toBe(another);
  });

  it('lets nobody who had a host touch it for whoever has it now', async () => {
    const id = await add(1);
    const [one, two] = [wish(), wish()];
    await pool.claim(one, []);
    await pool.release(one.key);
    await pool.claim(two, []);
    await pool.release(one.key);
    await pool.quarantine(one.key, 'too late');
    expect(await pool.heldBy(one.key)).toBeNull();
    expect(await rowOf(id)).toMatchObject({ state: 'TAKEN', message: '', instanceId: two.key });
    expect(await pool.heldBy('no uuid')).toBeNull();
  });
});
