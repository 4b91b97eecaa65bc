import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateUploadDocument,
  DeleteUploadDocument,
  ExportClusterDocument,
  ExportsDocument,
  ImportExportDocument,
  UploadDocument,
  type UploadPartsFragment,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { moving } from '../support/exports.js';
import { hasClients } from '../support/postgres-clients.js';

let api: Api;
let made: Created;

beforeAll(async () => {
  const plane = await ControlPlane.start(await makeDataDir(), {
    DTROVE_MAX_UPLOAD_GB: '1',
    // Whatever this computer has, the server finds none that fits.
    DTROVE_LOCAL_POSTGRES_BIN: '/nowhere',
  });
  api = await plane.api();
  made = await createCluster(api, 'local', 1);
  await succeed(api, made.operation.id);
}, 120_000);

afterAll(cleanUp);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function announce(text: string, more: object = {}): Promise<UploadPartsFragment> {
  const input = { name: 'a file', size: Buffer.byteLength(text), sha256: sha256(text), ...more };
  return (await api.get(CreateUploadDocument, { input })).createUpload;
}

const uploadOf = async (id: string) => (await api.get(UploadDocument, { id })).upload;

async function send(
  { uploadUrl }: UploadPartsFragment,
  method: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<{ status: number; offset: string | null; message: string }> {
  const response = await fetch(uploadUrl ?? '', { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  const answer = text === '' ? {} : (JSON.parse(text) as { errors?: { message: string }[] });
  return {
    status: response.status,
    offset: response.headers.get('upload-offset'),
    message: answer.errors?.[0]?.message ?? '',
  };
}

const patch = (offset: number) => ({
  'content-type': 'application/offset+octet-stream',
  'upload-offset': String(offset),
});

/** A file that is there as a whole. */
async function uploaded(text: string): Promise<string> {
  const upload = await announce(text);
  expect((await send(upload, 'PUT', {}, text)).status).toBe(204);
  return upload.id;
}

describe('an upload', () => {
  it('comes in pieces, and is whole when all of them are there', async () => {
    const text = '0123456789'.repeat(1000);
    const upload = await announce(text);
    expect(upload).toMatchObject({ status: 'RECEIVING', offset: 0, size: 10_000 });
    expect(await send(upload, 'HEAD')).toMatchObject({ status: 200, offset: '0' });
    expect(await send(upload, 'PATCH', patch(0), text.slice(0, 3000))).toMatchObject({ status: 204, offset: '3000' });
    expect(await send(upload, 'PATCH', patch(0), text)).toMatchObject({
      status: 409,
      message: 'this upload goes on at byte 3000, not at 0',
    });
    const range = { 'content-range': 'bytes 3000-6999/10000' };
    expect(await send(upload, 'PUT', range, text.slice(3000, 7000))).toMatchObject({ status: 204, offset: '7000' });
    expect(await send(upload, 'HEAD')).toMatchObject({ status: 200, offset: '7000' });
    expect(await send(upload, 'PATCH', patch(7000), text.slice(7000))).toMatchObject({ status: 204, offset: '10000' });
    expect(await uploadOf(upload.id)).toMatchObject({ status: 'READY', offset: 10_000, uploadUrl: null });
    expect((await send(upload, 'PUT', {}, text)).status).toBe(409);
    await api.get(DeleteUploadDocument, { id: upload.id });
    expect(await uploadOf(upload.id)).toBeNull();
    expect((await send(upload, 'HEAD')).status).toBe(404);
  });

  it('that is not what was announced is refused, and received anew', async () => {
    const upload = await announce('right');
    expect(await send(upload, 'PUT', {}, 'wrong')).toMatchObject({
      status: 400,
      message: expect.stringMatching(/send it again/),
    });
    expect(await uploadOf(upload.id)).toMatchObject({ status: 'RECEIVING', offset: 0 });
    expect(await send(upload, 'PUT', {}, 'right')).toMatchObject({ status: 204, offset: '5' });
  });

  it.each<[string, string, Record<string, string>, string, RegExp]>([
    ['with more bytes', 'PUT', {}, 'too much', /more comes than the 5 bytes/],
    ['of another size', 'PUT', { 'content-range': 'bytes 0-4/6' }, 'right', /announced with 5 bytes/],
    ['at a place that is none', 'PUT', { 'content-range': 'bytes 5-4/5' }, 'right', /Content-Range/],
    ['without an offset', 'PATCH', { 'content-type': 'application/offset+octet-stream' }, 'right', /Upload-Offset/],
    ['of another type', 'PATCH', { 'upload-offset': '0' }, 'right', /Content-Type/],
  ])('%s is refused', async (_, method, headers, body, words) => {
    const upload = await announce('right');
    const answer = await send(upload, method, headers, body);
    expect([answer.status, answer.message]).toEqual([400, expect.stringMatching(words)]);
  });

  it('needs the link that was signed', async () => {
    const upload = await announce('right');
    const url = new URL(upload.uploadUrl ?? '');
    url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1));
    const answer = await send({ ...upload, uploadUrl: url.href }, 'PUT', {}, 'right');
    expect([answer.status, answer.message]).toEqual([403, expect.stringMatching(/signature/)]);
  });

  it.each([
    [{ size: 0 }, 'size', /at least one byte/],
    [{ size: 2_000_000_000 }, 'size', /DTROVE_MAX_UPLOAD_GB/],
    [{ size: 1.5 }, 'size', /whole number/],
    [{ sha256: 'abc' }, 'sha256', /64 hexadecimal/],
    [{ name: ' ' }, 'name', /name/],
  ])('is not announced with %p', async (more, field, words) => {
    const input = { name: 'x', size: 5, sha256: sha256('right'), ...more };
    const { message, extensions } = await api.refused(CreateUploadDocument, { input });
    expect([extensions?.code, extensions?.field, message]).toEqual([
      'BAD_USER_INPUT',
      field,
      expect.stringMatching(words),
    ]);
  });
});

const refusal = async (input: object) => {
  const wish = { clusterId: made.cluster.id, ...input };
  const { message, extensions } = await api.refused(ImportExportDocument, { input: wish });
  return [extensions?.code, message];
};

const dump = (version: string): string =>
  `--\n-- PostgreSQL database dump\n--\n-- Dumped from database version ${version}\n-- PostgreSQL database dump complete\n`;

describe('an import', () => {
  it.each([
    ['a text', 'hello', 'BAD_USER_INPUT', /neither an export/],
    [
      'a dump of another engine',
      '-- MySQL dump 10.13\n-- Server version\t8.0.36\n-- Dump completed\n',
      'BAD_USER_INPUT',
      /of mysql, and the cluster runs postgres/,
    ],
    ['half a dump', dump('17.5').slice(0, 60), 'BAD_USER_INPUT', /cut short/],
    ['a dump of no name', dump('17.5'), 'BAD_USER_INPUT', /databases: .*give the one name/],
    ['half an archive', `${'manifest.json'.padEnd(257, '\0')}ustar`, 'BAD_USER_INPUT', /no whole tar/],
  ])('of %s is refused, and nothing has begun', async (_, text, code, words) => {
    const uploadId = await uploaded(text);
    expect(await refusal({ uploadId })).toEqual([code, expect.stringMatching(words)]);
  });

  it.each([
    ['random bytes', Buffer.from('8f0a77c1e2d35b', 'hex'), /neither an export/],
    ['one byte', Buffer.from('x'), /neither an export/],
    ['what gzip has made', gzipSync(dump('17.5')), /it is compressed; unpack it first/],
    ['a pg_dump that is compressed as a whole', Buffer.from('28b52ffd2458', 'hex'), /it is compressed/],
    [
      'an RDB',
      Buffer.from('REDIS0012\xfa\x09redis-ver\x058.0.2\xfa', 'latin1'),
      /of redis, and the cluster runs postgres/,
    ],
    [
      'a dump of MariaDB',
      Buffer.from('-- MariaDB dump 10.19\n-- Server version\t11.8.3-MariaDB\n-- Dump completed\n'),
      /of mariadb/,
    ],
    ['a dump of a whole server', Buffer.from('--\n-- PostgreSQL database cluster dump\n--\n'), /pg_dumpall/],
    ['zeros', Buffer.alloc(2048), /neither an export/],
  ])('of %s is refused, and nothing has begun', async (_, bytes, words) => {
    const uploadId = await moving(api).upload(bytes);
    expect(await refusal({ uploadId, databases: ['x'] })).toEqual(['BAD_USER_INPUT', expect.stringMatching(words)]);
    expect((await api.get(UploadDocument, { id: uploadId })).upload?.status).toBe('READY');
  });

  it('of half an archive is refused at the field that names it', async () => {
    const uploadId = await moving(api).upload(Buffer.from(`${'manifest.json'.padEnd(257, '\0')}ustar`));
    const { message, extensions } = await api.refused(ImportExportDocument, {
      input: { clusterId: made.cluster.id, uploadId },
    });
    expect(message).toMatch(/no whole tar/);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'uploadId' });
  });

  it('of what is not whole, not there, or named twice is refused', async () => {
    const { id } = await announce('right');
    expect(await refusal({ uploadId: id })).toEqual(['CONFLICT', expect.stringMatching(/not whole yet/)]);
    expect(await refusal({ uploadId: made.cluster.id })).toEqual(['NOT_FOUND', expect.stringMatching(/no upload/)]);
    expect(await refusal({ exportId: 'nonsense' })).toEqual(['NOT_FOUND', expect.stringMatching(/no export/)]);
    expect(await refusal({})).toEqual(['BAD_USER_INPUT', expect.stringMatching(/either exportId or uploadId/)]);
    expect(await refusal({ exportId: id, uploadId: id })).toEqual(['BAD_USER_INPUT', expect.stringMatching(/either/)]);
  });
});

(hasClients ? describe.skip : describe)('on this computer, where no pg_dump fits', () => {
  const words = /this computer has no pg_dump, pg_restore and psql of PostgreSQL 17 or newer/;

  it('an export is refused in words before anything begins', async () => {
    const { message, extensions } = await api.refused(ExportClusterDocument, { input: { clusterId: made.cluster.id } });
    expect([extensions?.code, message]).toEqual(['NOT_SUPPORTED', expect.stringMatching(words)]);
    expect((await api.get(ExportsDocument, { clusterId: made.cluster.id })).exports).toEqual([]);
  });

  it('an import is, too', async () => {
    const uploadId = await uploaded(dump('17.5'));
    expect(await refusal({ uploadId, databases: ['x'] })).toEqual(['NOT_SUPPORTED', expect.stringMatching(words)]);
  });
});
