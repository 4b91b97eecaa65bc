import { describe, expect, it } from '@jest/globals';
import { recognise } from '../../../src/exports/foreign.js';
import { rowDifferences, readRows, memberName } from '../../../src/exports/manifest.js';
import { isOlder } from '../../../src/exports/versions.js';
import { readSurvey } from '../../../src/exports/survey.js';

const pgEnd = '--\n-- PostgreSQL database dump complete\n--\n';
const pgHead =
  '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.14 (Debian)\n-- Dumped by pg_dump version 15.14\n';
const myHead =
  '-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: localhost    Database: shop\n-- ------\n-- Server version\t8.0.36\n';
const mariaHead =
  '/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19-11.8.3-MariaDB, for debian-linux-gnu (x86_64)\n--\n-- Host: localhost    Database: app\n-- Server version\t11.8.3-MariaDB-0+deb13u1\n';
const of = (head: string, tail = head) => recognise(Buffer.from(head, 'latin1'), Buffer.from(tail, 'latin1'));

describe('a file from elsewhere', () => {
  it('is known by its beginning', () => {
    expect(of(pgHead, pgEnd)).toEqual({ engine: 'postgres', version: '15.14', format: 'PLAIN', database: null });
    expect(of(myHead, '-- Dump completed')).toEqual({
      engine: 'mysql',
      version: '8.0.36',
      format: 'PLAIN',
      database: 'shop',
    });
    expect(of(mariaHead, '-- Dump completed on 2026')).toEqual({
      engine: 'mariadb',
      version: '11.8.3',
      format: 'PLAIN',
      database: 'app',
    });
    expect(of('REDIS0012\xfa\x09redis-ver\x058.0.2\xfa')).toEqual({
      engine: 'redis',
      version: '8.0.2',
      format: 'RDB',
      database: null,
    });
    expect(of('REDIS0011\xfa\x0avalkey-ver\x058.1.1\xfa')).toMatchObject({ engine: 'valkey', version: '8.1.1' });
    expect(of(`${'x'.repeat(257)}ustar`)).toBeNull();
  });

  it('of pg_dump’s own format tells its version and database', () => {
    const int = (value: number) => Buffer.from([value < 0 ? 1 : 0, Math.abs(value), 0, 0, 0]);
    const text = (value: string) => Buffer.concat([int(value.length), Buffer.from(value)]);
    const head = Buffer.concat([
      Buffer.from('PGDMP'),
      Buffer.from([1, 15, 0, 4, 8, 1, 1]),
      ...Array.from({ length: 7 }, () => int(1)),
      text('shop'),
      text('17.5 (Debian 17.5-1)'),
    ]);
    expect(recognise(head, head)).toEqual({ engine: 'postgres', version: '17.5', format: 'CUSTOM', database: 'shop' });
    expect(recognise(Buffer.from('PGDMP'), Buffer.from('PGDMP'))).toMatchObject({ version: null, database: null });
  });

  it.each([
    ['cut short', pgHead, pgHead, /cut short/],
    ['of a whole server', '--\n-- PostgreSQL database cluster dump\n--\n', '', /pg_dumpall/],
    ['that makes its database', `${pgHead}CREATE DATABASE x;\n`, pgEnd, /--create/],
    ['of MySQL, cut short', myHead, 'INSERT', /cut short/],
    ['of MySQL with its databases', `${myHead}USE \`x\`;\n`, '-- Dump completed', /--databases/],
    ['compressed', '\x1f\x8b\x08', '', /unpack it/],
    ['of nothing known', 'hello', '', /neither/],
    ['empty', '', '', /neither/],
  ])('%s is refused', (_, head, tail, words) => {
    expect(() => of(head, tail)).toThrow(words);
  });
});

describe('what was counted', () => {
  const rows = '["public", "a\\"b", 3]\n["", "keys", 0]\n';

  it('is read line by line, and compared', () => {
    const tables = readRows(rows);
    expect(tables).toEqual([
      { schema: 'public', name: 'a"b', rows: 3 },
      { schema: '', name: 'keys', rows: 0 },
    ]);
    expect(rowDifferences(tables, tables)).toEqual([]);
    expect(rowDifferences(tables, [{ schema: 'public', name: 'a"b', rows: 2 }])).toEqual([
      'public.a"b has 2 rows in place of 3 rows',
      'keys has not come in place of 0 rows',
    ]);
  });

  it('is of a database whose member has a plain name', () => {
    expect(memberName(0, '../ü "x"', 'CUSTOM')).toBe('databases/1-______x_.dump');
    expect(memberName(11, 'app', 'PLAIN')).toBe('databases/12-app.sql');
  });
});

it.each([
  ['15.14', '17.5', 1, true],
  ['17.2', '17.5', 1, false],
  ['18', '17.5', 1, false],
  ['10.11.6', '11.4.2', 2, true],
  ['11.8', '11.4.2', 2, false],
  ['8.0.36', '8.0.40', 2, false],
  ['9.7.0', '8.0.40', 2, false],
])('version %s is older than %s by %i numbers: %p', (version, than, count, expected) => {
  expect(isOlder(version, than, count)).toBe(expected);
});

it('a survey is read from lines of JSON', () => {
  const text =
    '{"version": "17.5"}\n{"database": "a", "bytes": 7, "collation": ""}\n{"database": "b", "bytes": "9", "collation": null}\n{"empty": "b"}\n{"free": 100}\n{"free": 50}\n';
  expect(readSurvey(text)).toEqual({
    version: '17.5',
    databases: [
      { name: 'a', bytes: 7, collation: '' },
      { name: 'b', bytes: 9, collation: '' },
    ],
    empty: ['b'],
    freeBytes: 50,
  });
});
