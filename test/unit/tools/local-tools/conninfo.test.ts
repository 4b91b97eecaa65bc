import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conninfo, passfileField } from '../../../../src/datastores/postgres/quoting.js';
import { parseConninfo, passwordFrom, targetOf } from '../../../../src/tools/local-tools/conninfo.js';

describe('a connection string', () => {
  it.each([
    ['host=a port=1', { host: 'a', port: '1' }],
    [" host = 'a b'  user='it\\'s' ", { host: 'a b', user: "it's" }],
    ["password='' dbname=x", { password: '', dbname: 'x' }],
    ['host=a\\ b', { host: 'a b' }],
    ["host='a' host=b", { host: 'b' }],
    ['', {}],
  ])('%j', (text, parameters) => {
    expect(parseConninfo(text)).toEqual(parameters);
  });

  it.each(['host', "host='a", "host='a'b", 'service=x', '=x'])('refuses %j', (text) => {
    expect(() => parseConninfo(text)).toThrow(/connection (string|option)/);
  });

  it('is read as the manager writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (host, password) => {
        expect(parseConninfo(conninfo({ host, password }))).toEqual({ host, password });
      }),
    );
  });

  it('is filled up with libpq’s defaults', () => {
    const user = userInfo().username;
    expect(targetOf({ passfile: '/nowhere' }, 'psql')).toEqual({
      ...{ host: '/tmp', port: 5432, user, database: user, password: null },
      ...{ sslmode: 'prefer', sslrootcert: null, applicationName: 'psql' },
    });
    expect(() => targetOf({ port: '0' }, 'psql')).toThrow('invalid port number');
    expect(() => targetOf({ sslmode: 'maybe' }, 'psql')).toThrow('invalid sslmode value: "maybe"');
  });
});

describe('a password file', () => {
  let directory: string;
  let path: string;
  const wanted = ['host', '5432', 'db', 'me'];
  const write = async (text: string, mode = 0o600) => {
    await writeFile(path, text);
    await chmod(path, mode);
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-passfile-'));
    path = join(directory, 'pgpass');
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each([
    ['*:*:*:*:yes\n', 'yes'],
    ['# *:*:*:*:no\nhost:5432:db:me:yes', 'yes'],
    ['other:*:*:*:no\n*:1:*:*:no\n*:*:*:you:no\n*:*:db:me:yes\n*:*:*:*:later\n', 'yes'],
    ['*:*:*:*:a\\:b\\\\c\n', 'a:b\\c'],
    ['*:*:*:*:\n', ''],
    ['*:*:*\n', null],
    ['', null],
  ])('%j', async (text, password) => {
    await write(text);
    expect(passwordFrom(path, wanted)).toBe(password);
  });

  it('is read as the manager writes it', async () => {
    for (const [user, password] of [
      ['a:b', 'c\\d:e'],
      ['\\', ':'],
      ['*', 'x'],
    ] as const) {
      await write(`*:*:*:${passfileField(user)}:${passfileField(password)}\n`);
      expect(passwordFrom(path, ['h', '1', 'd', user])).toBe(password);
    }
  });

  it('is passed over where others can read it, and where it is not there', async () => {
    await write('*:*:*:*:no\n', 0o640);
    expect(passwordFrom(path, wanted)).toBeNull();
    expect(passwordFrom(join(directory, 'nothing'), wanted)).toBeNull();
  });
});
