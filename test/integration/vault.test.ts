import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseMasterKey, type MasterKey } from '../../src/secrets/master-key.js';
import { openVault } from '../../src/secrets/open-vault.js';
import { Secret } from '../../src/shell/secret.js';
import { useDatabase } from '../support/database.js';

const database = useDatabase();
const newMaster = (): MasterKey => parseMasterKey(randomBytes(32).toString('hex'), 'a test');
const stored = () =>
  database.db.query<{ id: string; master_key_id: string }[]>('SELECT id, master_key_id FROM data_key');

describe('the vault of a database', () => {
  it('has one data key, though ten processes open it at once', async () => {
    const master = newMaster();
    const vaults = await Promise.all(Array.from({ length: 10 }, () => openVault(database.db, [master])));
    const sealed = vaults.map((vault) => vault.seal(new Secret('password'), 'row'));

    expect(await stored()).toHaveLength(1);
    for (const vault of vaults)
      expect(sealed.map((text) => vault.open(text, 'row').reveal())).toEqual(Array(10).fill('password'));
  });

  it('is refused with another master key, and not changed', async () => {
    const [master, other] = [newMaster(), newMaster()];
    await openVault(database.db, [master]);
    const before = await stored();

    await expect(openVault(database.db, [other])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`sealed with key ${master.id}`) as unknown,
    });
    expect(await stored()).toEqual(before);
  });

  it('is moved to a new master key while the previous one is given, and then opens with the new one alone', async () => {
    const [old, next] = [newMaster(), newMaster()];
    const sealed = (await openVault(database.db, [old])).seal(new Secret('password'), 'row');
    await Promise.all(Array.from({ length: 5 }, () => openVault(database.db, [next, old])));

    expect((await stored()).map((key) => key.master_key_id)).toEqual([next.id]);
    expect((await openVault(database.db, [next])).open(sealed, 'row').reveal()).toBe('password');
    await expect(openVault(database.db, [old])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
