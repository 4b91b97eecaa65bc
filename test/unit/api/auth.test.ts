import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Authenticator, authorizationIn, loadToken } from '../../../src/api/auth.js';

const token = 'a-token-of-32-characters-or-more';
const authenticator = new Authenticator(token);

describe('who bears the token', () => {
  it.each([`Bearer ${token}`, `bearer ${token}`, `Bearer   ${token}`, `Bearer ${token} `])(
    'is the administrator: %p',
    (header) => {
      expect(authenticator.viewer(header)).toEqual({ role: 'admin', name: 'admin' });
    },
  );

  it.each([
    ['no header', undefined],
    ['null', null],
    ['an object', { authorization: `Bearer ${token}` }],
    ['a list', [`Bearer ${token}`]],
    ['an empty one', ''],
    ['a scheme alone', 'Bearer'],
    ['no scheme', token],
    ['another scheme', `Basic ${token}`],
    ['another token', 'Bearer another-token-of-32-characters'],
    ['the beginning of it', `Bearer ${token.slice(0, -1)}`],
    ['more than it', `Bearer ${token}x`],
    ['it in capitals', `Bearer ${token.toUpperCase()}`],
    ['two of them', `Bearer ${token} ${token}`],
    ['a line break before it', `\nBearer ${token}`],
  ])('is nobody with %s', (_what, header) => {
    expect(authenticator.viewer(header)).toBeNull();
  });

  it('is nobody where there is no token: an empty one opens nothing', () => {
    const open = new Authenticator('');
    for (const header of ['', 'Bearer', 'Bearer ', 'Bearer  ']) expect(open.viewer(header)).toBeNull();
  });
});

describe('the authorization of a WebSocket', () => {
  it.each(['authorization', 'Authorization', 'AUTHORIZATION'])('is found as %s', (name) => {
    expect(authorizationIn({ other: 1, [name]: `Bearer ${token}` })).toBe(`Bearer ${token}`);
  });

  it.each([undefined, {}, { token }])('is none in %p', (params) => {
    expect(authorizationIn(params)).toBeUndefined();
  });
});

describe('the token', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'dtrove-token-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  it('is made in a file at the first start, its owner’s alone, and is the same at the next', async () => {
    const first = await loadToken({ dataDir, token: '' });
    const again = await loadToken({ dataDir, token: '' });
    const file = join(dataDir, 'admin-token');

    expect(again).toEqual(first);
    expect(first).toEqual({ token: (await readFile(file, 'utf8')).trim(), file });
    expect(Buffer.from(first.token, 'base64url')).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(new Authenticator(first.token).viewer(`Bearer ${first.token}`)).not.toBeNull();
  });

  it('is the configured one where there is one, and no file is made', async () => {
    expect(await loadToken({ dataDir, token })).toEqual({ token, file: null });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is refused when it is short, and not echoed', async () => {
    await expect(loadToken({ dataDir, token: 'hunter2' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'DTROVE_TOKEN: a token has at least 16 characters',
    });
  });

  it.each(['correct horse battery staple', 'größer-als-sechzehn', 'tab\tin-the-middle-of-it'])(
    'is refused as %p, which no header could carry',
    async (wanted) => {
      await expect(loadToken({ dataDir, token: wanted })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'DTROVE_TOKEN: a token consists of ASCII characters without blanks',
      });
    },
  );
});
