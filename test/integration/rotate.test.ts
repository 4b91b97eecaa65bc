import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Key } from '../../schema/key.js';
import { keepSecret } from '../../src/clusters/secrets.js';
import { newId } from '../../src/ids.js';
import { parseMasterKey, type MasterKey } from '../../src/secrets/master-key.js';
import { openVault } from '../../src/secrets/open-vault.js';
import { rotate } from '../../src/secrets/rotate.js';
import { Secret } from '../../src/shell/secret.js';
import { useDatabase } from '../support/database.js';
import { makeCluster } from '../support/rows.js';

const database = useDatabase();
const newMaster = (): MasterKey => parseMasterKey(randomBytes(32).toString('hex'), 'a test');
const dataKeys = () =>
  database.db.query<{ id: string; master: string }[]>(
    'SELECT id, master_key_id AS master FROM data_key ORDER BY created_at, id',
  );

/** Secrets of every kind that is stored: of a cluster's key, of clusters, and nested in the login of a host. */
async function fill(master: MasterKey, secrets: number): Promise<void> {
  const vault = await openVault(database.db, [master]);
  const { cluster } = await makeCluster(database.db);
  const id = newId();
  const seal = (text: string) => vault.seal(new Secret(text), id);
  const key = { id, name: 'key', clusterId: cluster.id, publicKey: 'public' };
  await database.db.manager.insert(Key, { ...key, privateKey: seal('private'), passphrase: seal('phrase') });
  for (let i = 0; i < secrets; i += 1)
    await keepSecret(database.db.manager, vault, newId(), 'host-key', new Secret(`secret ${i}`));
  await database.db.query(
    `INSERT INTO host (id, place, address, port, "user", host_key, tags, cpus, memory_mb, disk_gb, os, state, message, login, from_file)
     VALUES ($1, 'here', 'here', 22, 'root', '', '{}', 1, 1, 1, 'debian-13', 'FREE', '', $2, false)`,
    [id, { host: { privateKey: seal('host'), passphrase: seal('') }, bastion: { agent: true } }],
  );
}

/** Everything that is sealed, opened with one master key alone. */
async function opened(master: MasterKey): Promise<string[]> {
  const vault = await openVault(database.db, [master]);
  const rows = await database.db.query<{ id: string; sealed: string }[]>(
    `SELECT id, sealed FROM stored_secret UNION ALL SELECT id, private_key FROM key UNION ALL SELECT id, passphrase FROM key
     UNION ALL SELECT id, login->'host'->>'privateKey' FROM host UNION ALL SELECT id, login->'host'->>'passphrase' FROM host`,
  );
  return rows.map(({ id, sealed }) => vault.open(sealed, id).reveal()).sort();
}

const all = (secrets: number): string[] =>
  ['', 'host', 'phrase', 'private', ...Array.from({ length: secrets }, (_, i) => `secret ${i}`)].sort();

describe('a rotation of the master key', () => {
  it('seals everything anew under the new key, and the old one opens nothing any more', async () => {
    const [old, next] = [newMaster(), newMaster()];
    await fill(old, 450);
    const [before] = await dataKeys();

    expect(await rotate(database.db, [next, old])).toEqual({ rows: 453, dropped: 1 });

    const after = await dataKeys();
    expect(after.map(({ master }) => master)).toEqual([next.id]);
    expect(after[0]?.id).not.toBe(before?.id);
    expect(await opened(next)).toEqual(all(450));
    await expect(openVault(database.db, [old])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const [left] = await database.db.query<{ left: number }[]>(
      `SELECT count(*)::int AS left FROM stored_secret WHERE sealed LIKE $1`,
      [`%${before?.id ?? ''}%`],
    );
    expect(left?.left).toBe(0);
  });

  it('that was interrupted before anything was sealed anew goes on, without the old key', async () => {
    const [old, next] = [newMaster(), newMaster()];
    await fill(old, 3);
    const crash = () => Promise.reject(new Error('a crash'));
    await expect(rotate(database.db, [next, old], crash)).rejects.toThrow('a crash');
    expect(await opened(next)).toEqual(all(3));

    expect(await rotate(database.db, [next])).toEqual({ rows: 6, dropped: 1 });
    expect(await dataKeys()).toHaveLength(1);
    expect(await opened(next)).toEqual(all(3));
  });

  it('stops at a text that does not open, names it, has lost nothing, and goes on when that is mended', async () => {
    const [old, next] = [newMaster(), newMaster()];
    await fill(old, 3);
    const [broken] = await database.db.query<{ id: string; sealed: string }[]>('SELECT id, sealed FROM stored_secret');
    const write = (text: string) =>
      database.db.query('UPDATE stored_secret SET sealed = $2 WHERE id = $1', [broken?.id, text]);
    await write(`${broken?.sealed ?? ''}A`);
    await expect(rotate(database.db, [next, old])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`stored_secret.sealed of the row ${broken?.id ?? ''}`) as unknown,
    });
    await write(broken?.sealed ?? '');
    expect(await opened(next)).toEqual(all(3));

    // The columns of the tables before it are done.
    expect(await rotate(database.db, [next])).toEqual({ rows: 3, dropped: 1 });
    expect(await opened(next)).toEqual(all(3));
  });

  it('with nothing to do changes nothing', async () => {
    const master = newMaster();
    await fill(master, 1);
    const before = await dataKeys();
    expect(await rotate(database.db, [master])).toEqual({ rows: 0, dropped: 0 });
    expect(await dataKeys()).toEqual(before);
  });

  it('with a key that opens nothing is refused, and changes nothing', async () => {
    await fill(newMaster(), 1);
    const before = await dataKeys();
    await expect(rotate(database.db, [newMaster(), newMaster()])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await dataKeys()).toEqual(before);
  });
});
