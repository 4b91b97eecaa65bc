import { open } from 'node:fs/promises';
import { DomainError } from '../errors.js';
import type { DumpFormat } from '../datastores/exporting.js';
import { readCustomHeader } from './pg-custom.js';

/** What a file from elsewhere is, as far as it tells itself. */
export interface Foreign {
  readonly engine: string;
  /** Of the engine that it was dumped from; null where it does not tell. */
  readonly version: string | null;
  readonly format: DumpFormat;
  /** The database that it was; null where it does not tell. */
  readonly database: string | null;
}

const refuse = (words: string): never => {
  throw new DomainError('BAD_USER_INPUT', `the file cannot be imported: ${words}`, { field: 'uploadId' });
};

const within = (text: string, shape: RegExp): string | null => shape.exec(text)?.[1] ?? null;

function plainPostgres(head: string, tail: string): Foreign {
  if (/^\\(connect|c) |^CREATE DATABASE /m.test(head))
    return refuse('it makes its database itself; make it without --create and --clean');
  if (!tail.includes('-- PostgreSQL database dump complete'))
    return refuse('it was cut short: its last line is missing');
  const version = within(head, /^-- Dumped from database version (\d+(?:\.\d+)*)/m);
  return { engine: 'postgres', version, format: 'PLAIN', database: null };
}

function mysql(head: string, tail: string): Foreign {
  if (/^(CREATE DATABASE |USE )/m.test(head))
    return refuse('it names its databases itself; dump one database, without --databases and --all-databases');
  if (!tail.includes('-- Dump completed')) return refuse('it was cut short: its last line is missing');
  const server = within(head, /^-- Server version\s+(\S+)/m) ?? '';
  const mariadb = /MariaDB/i.test(server) || /^-- MariaDB dump/m.test(head);
  const database = within(head, /^-- Host: .*?Database: (.+?)\s*$/m);
  const version = within(server, /^(\d+(?:\.\d+)*)/);
  return { engine: mariadb ? 'mariadb' : 'mysql', version, format: 'PLAIN', database };
}

function rdb(head: string): Foreign {
  const [, engine = 'redis', version = null] = /(redis|valkey)-ver.(\d+(?:\.\d+)*)/s.exec(head) ?? [];
  return { engine, version, format: 'RDB', database: null };
}

/** What a file is, by its first and its last bytes; null for a tar archive. Throws BAD_USER_INPUT for what is none of what can be imported. */
export function recognise(head: Buffer, tail: Buffer): Foreign | null {
  const bytes = head.toString('latin1');
  const [text, end] = [head.toString('utf8'), tail.toString('utf8')];
  if (bytes.slice(257, 262) === 'ustar') return null;
  if (bytes.startsWith('PGDMP')) {
    const { version, database } = readCustomHeader(head);
    return { engine: 'postgres', version, format: 'CUSTOM', database };
  }
  if (/^(REDIS|VALKEY)\d{3}/.test(bytes)) return rdb(bytes);
  if (/^\s*--\s*\r?\n-- PostgreSQL database cluster dump/.test(text))
    return refuse('it is a dump of a whole server by pg_dumpall; dump one database with pg_dump');
  if (/^\s*--\s*\r?\n-- PostgreSQL database dump/.test(text)) return plainPostgres(text, end);
  if (/^(\/\*M?![^\n]*\n)?-- (MySQL|MariaDB) dump /.test(text)) return mysql(text, end);
  if (
    bytes.startsWith('\x1f\x8b') ||
    bytes.startsWith('(\xb5/\xfd') ||
    bytes.startsWith('BZh') ||
    bytes.startsWith('\xfd7zXZ')
  )
    return refuse('it is compressed; unpack it first');
  return refuse(
    'it is neither an export of DTrove nor a dump by pg_dump, mysqldump, mariadb-dump, or an RDB file; nothing in its beginning tells what it is',
  );
}

const looked = 64 * 1024;

/** As {@link recognise}, of the file at `path`. */
export async function recogniseFile(path: string): Promise<Foreign | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (from: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(Math.min(looked, size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
      return buffer.subarray(0, bytesRead);
    };
    return recognise(await read(0), await read(Math.max(0, size - looked)));
  } finally {
    await file.close();
  }
}
