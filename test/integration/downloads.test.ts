import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Export } from '../../schema/export.js';
import { Upload } from '../../schema/upload.js';
import { ExportFiles } from '../../src/exports/files.js';
import { linkTo } from '../../src/exports/links.js';
import { Uploads } from '../../src/exports/uploads.js';
import { downloadPath } from '../../src/exports/use-cases.js';
import { newId } from '../../src/ids.js';
import { parseMasterKey } from '../../src/secrets/master-key.js';
import { openVault } from '../../src/secrets/open-vault.js';
import {
  DeleteExportDocument,
  DeleteUploadDocument,
  ExportDocument,
  ImportExportDocument,
  UploadDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { TestServer, type TestDatabase } from '../support/database.js';
import { moving } from '../support/exports.js';

const secretKey = randomBytes(32).toString('hex');
const bytes = randomBytes(100_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

let server: TestServer;
let database: TestDatabase;
let dataDir: string;
let plane: ControlPlane;
let api: Api;
let made: Created;
let found: Export;
let url: string;

/** An export as its operation leaves it. */
async function makeExport(): Promise<Export> {
  const row = Object.assign(new Export(), {
    ...{ id: newId(), clusterId: made.cluster.id, operationId: made.operation.id },
    ...{ name: 'shop-2026.tar', status: 'READY', message: '', format: 'CUSTOM', engine: 'postgres', version: '17.5' },
    ...{ size: bytes.length, sha256, manifest: {}, finishedAt: new Date('2026-01-02T03:04:05Z') },
  });
  await database.db.manager.insert(Export, row);
  await mkdir(join(dataDir, 'exports'), { recursive: true });
  await writeFile(join(dataDir, 'exports', `${row.id}.tar`), bytes);
  return row;
}

const linkOf = async ({ id }: Pick<Export, 'id'>): Promise<string> =>
  (await api.get(ExportDocument, { id })).export?.downloadUrl ?? '';

beforeAll(async () => {
  [server, dataDir] = [await TestServer.start(), await makeDataDir()];
  database = await server.fresh();
  plane = await ControlPlane.start(dataDir, { DTROVE_DATABASE_URL: database.url, DTROVE_SECRET_KEY: secretKey });
  api = await plane.api();
  made = await createCluster(api, 'local', 1);
  await succeed(api, made.operation.id);
  found = await makeExport();
  url = await linkOf(found);
}, 120_000);

afterAll(async () => {
  await api.close();
  await plane.stop();
  await cleanUp();
  await server.stop();
});

async function get(headers: Record<string, string> = {}, at = url, method = 'GET') {
  const response = await fetch(at, { method, headers });
  const body = Buffer.from(await response.arrayBuffer());
  const header = (name: string) => response.headers.get(name);
  return { status: response.status, body, header };
}

describe('a download', () => {
  it('is the whole file, with its digest as ETag', async () => {
    const { status, body, header } = await get();
    expect([status, body.equals(bytes)]).toEqual([200, true]);
    expect([header('content-length'), header('etag'), header('accept-ranges')]).toEqual([
      '100000',
      `"${sha256}"`,
      'bytes',
    ]);
    expect(header('content-disposition')).toBe('attachment; filename="shop-2026.tar"');
  });

  it('tells of itself without its bytes', async () => {
    const { status, body, header } = await get({}, url, 'HEAD');
    expect([status, body.length, header('content-length')]).toEqual([200, 0, '100000']);
    const part = await get({ range: 'bytes=0-9' }, url, 'HEAD');
    expect([part.status, part.header('content-range')]).toEqual([206, 'bytes 0-9/100000']);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=99990-', 99_990, 100_000],
    ['bytes=-10', 99_990, 100_000],
    ['bytes=5-5', 5, 6],
    ['bytes=50000-999999', 50_000, 100_000],
  ])('of %s is that part', async (range, from, to) => {
    const { status, body, header } = await get({ range });
    expect([status, header('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/100000`]);
    expect(body.equals(bytes.subarray(from, to))).toBe(true);
  });

  it.each([['bytes=0-1,5-6'], ['bytes=9-3'], ['lines=1-2'], ['nonsense']])('of %s is the whole', async (range) => {
    const { status, body } = await get({ range });
    expect([status, body.length]).toEqual([200, 100_000]);
  });

  it.each([['bytes=100000-'], ['bytes=-0']])('of %s is none', async (range) => {
    const { status, body, header } = await get({ range });
    expect([status, body.length, header('content-range')]).toEqual([416, 0, 'bytes */100000']);
  });

  it('goes on only with the file that was begun', async () => {
    const range = 'bytes=10-19';
    expect((await get({ range, 'if-range': `"${sha256}"` })).status).toBe(206);
    expect((await get({ range, 'if-range': 'Fri, 02 Jan 2026 03:04:05 GMT' })).status).toBe(206);
    for (const other of ['"another"', 'Fri, 02 Jan 2026 03:04:06 GMT', `W/"${sha256}"`]) {
      const { status, body } = await get({ range, 'if-range': other });
      expect([other, status, body.length]).toEqual([other, 200, 100_000]);
    }
    expect((await get({ 'if-none-match': `"${sha256}"` })).status).toBe(304);
  });
});

const words = ({ body }: { readonly body: Buffer }) =>
  (JSON.parse(body.toString()) as { errors: { message: string; extensions: { code: string } }[] }).errors[0];

describe('a link', () => {
  it.each([
    [
      'signature',
      (link: URL) => {
        link.searchParams.set('signature', `A${link.searchParams.get('signature') ?? ''}`);
      },
    ],
    [
      'expiry',
      (link: URL) => {
        link.searchParams.set('expires', '9999999999');
      },
    ],
    ['path', (link: URL) => Object.assign(link, { pathname: link.pathname.replace('shop', 'other') })],
    ['nothing', (link: URL) => Object.assign(link, { search: '' })],
  ])('whose %s was changed is refused in words', async (_, change) => {
    const link = new URL(url);
    change(link);
    const answer = await get({}, link.href);
    expect([answer.status, words(answer)?.extensions.code, words(answer)?.message]).toEqual([
      403,
      'FORBIDDEN',
      expect.stringMatching(/Ask the API for a new one/),
    ]);
  });

  it('that has expired is refused in words, and one for an upload opens no download', async () => {
    const vault = await openVault(database.db, [parseMasterKey(secretKey, 'a test')]);
    const path = downloadPath(found);
    const past = linkTo(vault, plane.url, 'download', path, new Date(Date.now() - 5000));
    const answer = await get({}, past.url);
    expect([answer.status, words(answer)?.message]).toEqual([403, expect.stringMatching(/has expired at 20/)]);
    const wrong = linkTo(vault, plane.url, 'upload', path, new Date(Date.now() + 60_000));
    expect((await get({}, wrong.url)).status).toBe(403);
  });

  it('to what was deleted is answered in words', async () => {
    const gone = await makeExport();
    const link = await linkOf(gone);
    await api.get(DeleteExportDocument, { id: gone.id });
    const answer = await get({}, link);
    expect([answer.status, words(answer)?.message]).toEqual([404, 'this export has been deleted']);
  });
});

describe('a file that an import reads', () => {
  it('is not deleted, nor swept away when its time is over', async () => {
    const uploadId = await moving(api).upload(Buffer.from('hello'));
    const work = { uploadId, exportId: found.id, databases: [], includeUsers: false };
    const id = newId();
    await database.db.query(
      `INSERT INTO operation (id, kind, input, status, progress, message, attempts, cancel_requested, fence, created_at)
       VALUES ($1, 'cluster.import', $2, 'WAITING', 0, '', 0, false, 0, now())`,
      [id, work],
    );
    // Nobody takes it up, for as long as this lasts.
    await database.db.query(
      `UPDATE operation SET lease_owner = 'a test', lease_until = now() + interval '1 hour' WHERE id = $1`,
      [id],
    );
    for (const [document, file] of [
      [DeleteUploadDocument, uploadId],
      [DeleteExportDocument, found.id],
    ] as const) {
      const refusal = await api.refused(document.toString(), { id: file });
      expect(refusal.extensions).toMatchObject({ code: 'CONFLICT', field: 'id', operationId: id });
    }
    await database.db.manager.update(Upload, uploadId, { expiresAt: new Date(0) });
    const uploads = new Uploads({ db: database.db, files: new ExportFiles(join(dataDir, 'exports')), most: 1 });
    expect(await uploads.sweep()).toBe(0);
    expect((await api.get(UploadDocument, { id: uploadId })).upload?.status).toBe('READY');
    await database.db.query(`UPDATE operation SET status = 'FAILED', finished_at = now() WHERE id = $1`, [id]);
    expect(await uploads.sweep()).toBe(1);
    expect((await api.get(UploadDocument, { id: uploadId })).upload).toBeNull();
    const input = { clusterId: made.cluster.id, uploadId, databases: ['x'] };
    const refusal = await api.refused(ImportExportDocument, { input });
    expect([refusal.extensions?.code, refusal.extensions?.field]).toEqual(['NOT_FOUND', 'uploadId']);
  });
});
