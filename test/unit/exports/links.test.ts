import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { assertLink, linkTo } from '../../../src/exports/links.js';
import { Vault, wrapNewKey } from '../../../src/secrets/vault.js';

const master = { id: 'm', key: randomBytes(32) };
const keys = [wrapNewKey('a', master), wrapNewKey('b', master)];
const vault = new Vault(keys, [master]);
const now = Date.parse('2026-11-23T12:00:00Z');
const path = '/exports/1/x.tar';

const given = (url: string) => Object.fromEntries(new URL(url).searchParams) as { expires: string; signature: string };
const link = () => linkTo(vault, 'https://dtrove.example', 'download', path, new Date(now + 60_000));

describe('a signed link', () => {
  it('lets in whoever has it, until it expires', () => {
    const { url, expiresAt } = link();
    expect(url.startsWith(`https://dtrove.example${path}?expires=`)).toBe(true);
    expect(expiresAt).toEqual(new Date(now + 60_000));
    expect(() => {
      assertLink(vault, 'download', path, given(url), now);
    }).not.toThrow();
    expect(() => {
      assertLink(vault, 'download', path, given(url), now + 60_001);
    }).toThrow(/expired at 2026-11-23T12:01:00.000Z/);
  });

  it('is still good when the data key has been followed by another', () => {
    const { url } = linkTo(new Vault(keys.slice(0, 1), [master]), '', 'download', path, new Date(now));
    expect(
      vault.isSigned(`download ${path} ${now / 1000}`, new URLSearchParams(url.split('?')[1]).get('signature') ?? ''),
    ).toBe(true);
  });

  type Query = ReturnType<typeof given>;
  type Change = (query: Query) => [path: string, query: object, purpose: 'download' | 'upload'];
  const changes: [string, Change][] = [
    ['a later end', ({ expires, ...rest }) => [path, { ...rest, expires: String(Number(expires) + 1) }, 'download']],
    ['another path', (query) => ['/exports/2/x.tar', query, 'download']],
    ['another purpose', (query) => [path, query, 'upload']],
    [
      'a changed signature',
      ({ signature, ...rest }) => [path, { ...rest, signature: `A${signature.slice(1)}B` }, 'download'],
    ],
    ['no signature', ({ expires }) => [path, { expires }, 'download']],
    ['nothing', () => [path, {}, 'download']],
    ['an end that is no number', (query) => [path, { ...query, expires: '1e99' }, 'download']],
  ];
  it.each(changes)('is refused with %s', (_, change) => {
    const [wrongPath, query, purpose] = change(given(link().url));
    expect(() => {
      assertLink(vault, purpose, wrongPath, query, now);
    }).toThrow(/signature of this (download|upload) link is wrong/);
  });
});
