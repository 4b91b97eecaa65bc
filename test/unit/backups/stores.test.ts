import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BackupStoreKind } from '../../../schema/backup-enums.js';
import { BackupStore } from '../../../schema/backup-store.js';
import { tryOut } from '../../../src/backups/stores/try-out.js';
import { StoreWish } from '../../../src/backups/wishes.js';
import { parseWish } from '../../../src/clusters/wishes.js';
import { Secret } from '../../../src/shell/secret.js';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'dtrove-test-'));
});
afterEach(() => rm(place, { recursive: true }));

const folder = (path: string) =>
  Object.assign(new BackupStore(), { kind: BackupStoreKind.FOLDER, path, bucket: null, endpoint: null });

const bucket = (endpoint: string) =>
  Object.assign(new BackupStore(), {
    kind: BackupStoreKind.S3,
    path: null,
    endpoint,
    bucket: 'backups',
    prefix: null,
    accessKeyId: 'key',
  });

const refusal = (row: BackupStore, patience?: number): Promise<unknown> =>
  tryOut({ dataDir: place }, row, new Secret('of the key'), patience).then(
    () => null,
    (error: unknown) => error,
  );

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

describe('a store that is tried out', () => {
  it('is made where it is not there, and is empty afterwards', async () => {
    expect(await refusal(folder(join(place, 'a/b')))).toBeNull();
    expect(await readdir(join(place, 'a/b'))).toEqual([]);
  });

  it('is refused in words where nobody can make a folder, such as in /proc', async () => {
    for (const path of ['/proc/dtrove/backups', join(place, 'file'), join(place, 'file/below')]) {
      await writeFile(join(place, 'file'), '');
      expect(await refusal(folder(path))).toMatchObject({
        code: 'UNAVAILABLE',
        field: 'path',
        message: expect.stringMatching(new RegExp(`^the folder of backups ${path}: E.*see that`)),
      });
    }
  });

  it('is refused in words where what is there never answers', async () => {
    const silent = createServer();
    try {
      expect(await refusal(bucket(await listening(silent)), 500)).toMatchObject({
        code: 'UNAVAILABLE',
        field: 'endpoint',
        retryable: true,
        message: expect.stringMatching(/^the bucket backups at http:\S+: no answer within 0.5 s; see that it is there/),
      });
    } finally {
      silent.close();
    }
  });

  it.each([
    [404, '{"message":"nothing here"}', /: what answers there does not speak S3; see that .*\(HTTP 404\)$/],
    [301, '', /: what answers there does not speak S3; see that .*HTTP 301\)$/],
    [200, '<html>yes</html>', /: what was written there is not what is read; see that it is the address of an S3 API$/],
  ])('is refused in words where what answers is no S3 and says %d', async (status, body, words) => {
    const other = createHttpServer((_, answer) => answer.writeHead(status).end(body));
    try {
      const refused = await refusal(bucket(await listening(other)));
      expect(refused).toMatchObject({ code: 'UNAVAILABLE', field: 'endpoint', message: expect.stringMatching(words) });
    } finally {
      other.closeAllConnections();
      other.close();
    }
  });
});

describe('a store that is wished for', () => {
  const s3 = { name: 's', kind: 'S3', endpoint: 'https://s3', bucket: 'abc', accessKeyId: 'a', secretAccessKey: 'b' };
  it.each([
    [{ name: 's', kind: 'FOLDER' }, 'path', /give the absolute path of a folder/],
    [{ name: 's', kind: 'FOLDER', path: 'backups' }, 'path', /give the absolute path/],
    [{ name: 's', kind: 'FOLDER', path: '/x', bucket: 'abc' }, 'bucket', /is of a bucket: leave it out/],
    [{ ...s3, path: '/x' }, 'path', /is of a folder: leave it out/],
    [{ ...s3, endpoint: 'nowhere' }, 'endpoint', /give the address of the S3 API/],
    [{ ...s3, endpoint: 'https://me:secret@s3' }, 'endpoint', /names no user: give accessKeyId/],
    [{ ...s3, region: '' }, 'region', /leave it out for us-east-1/],
    [{ ...s3, bucket: undefined }, 'bucket', /give the name of the bucket/],
    [{ ...s3, secretAccessKey: undefined }, 'secretAccessKey', /give the secret half/],
  ])('as %j is refused with words', (wish, field, words) => {
    const refused = (): unknown => parseWish(StoreWish, wish);
    expect(refused).toThrow(words);
    expect(refused).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', field }));
    expect(refused).not.toThrow(/secret@/);
  });
});
