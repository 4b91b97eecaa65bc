import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { checkArchive, manifestOf, memberOf, writeArchive, type Member } from '../../../src/exports/archive.js';
import { readManifest, writeManifest } from '../../../src/exports/manifest.js';

const { signal } = new AbortController();
let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dtrove-archive-'));
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(() => {
  path = join(directory, 'x.tar');
});

const contents = [Buffer.from('first dump'), Buffer.alloc(3_000_000, 'second')];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const databases = contents.map((bytes, i) => ({
  name: `db "${i}"`,
  format: 'PLAIN' as const,
  member: `databases/${i + 1}-db.sql`,
  size: bytes.length,
  sha256: sha256(bytes),
  bytes: 1,
  collation: '',
  schemas: [],
  tables: [{ schema: '', name: 't', rows: i }],
}));
const manifest = {
  engine: 'postgres',
  version: '17.5',
  cluster: 'shop',
  createdAt: '2026-11-23T00:00:00Z',
  databases,
  users: null,
};

const members = (): Member[] =>
  contents.map((bytes, i) => ({
    name: databases[i]?.member ?? '',
    size: bytes.length,
    feed: async (take) => {
      for (let at = 0; at < bytes.length; at += 65_536) await take(bytes.subarray(at, at + 65_536));
    },
  }));

const write = () => writeArchive(path, writeManifest(manifest), members(), signal);
const read = async () => checkArchive(path, await manifestOf(path), signal, () => undefined);

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An archive of somebody else's making. */
async function forge(
  entries: readonly (readonly [header: Parameters<ReturnType<typeof pack>['entry']>[0], text: string])[],
) {
  const archive = pack();
  for (const [header, text] of entries) archive.entry(header, text);
  archive.finalize();
  await pipeline(archive, createWriteStream(path));
}

describe('an archive', () => {
  it('holds the manifest and every dump, and tells its size and SHA-256', async () => {
    const { size, sha256: digest } = await write();
    const file = await readFile(path);
    expect([file.length, sha256(file)]).toEqual([size, digest]);
    expect(await manifestOf(path)).toEqual({ formatVersion: 1, ...manifest });
    await read();
    for (const [i, bytes] of contents.entries()) {
      const { member = '' } = databases[i] ?? {};
      expect((await bytesOf(memberOf(path, member, 0))).equals(bytes)).toBe(true);
      expect((await bytesOf(memberOf(path, member, 7))).equals(bytes.subarray(7))).toBe(true);
    }
  });

  it('is not written where a dump cannot be read, and says why', async () => {
    const broken = members().map((member) => ({ ...member, feed: () => Promise.reject(new Error('gone')) }));
    await expect(writeArchive(path, writeManifest(manifest), broken, signal)).rejects.toThrow('gone');
  });

  it('is not written where its place cannot be', async () => {
    path = join(directory, 'nowhere', 'x.tar');
    await expect(write()).rejects.toThrow(/ENOENT/);
  });

  it.each([100, 600, 10_000, 1_500_000])('that was cut at %i bytes is refused', async (length) => {
    await write();
    await truncate(path, length);
    await expect(read()).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/cut short|whole/),
    });
  });

  it('in which a byte was changed is refused', async () => {
    await write();
    const bytes = await readFile(path);
    bytes[bytes.indexOf('first dump')] = 70;
    await writeFile(path, bytes);
    await expect(read()).rejects.toThrow(/1-db.sql is not what was exported/);
  });

  const text = writeManifest(manifest);
  it.each<[string, Parameters<typeof forge>[0], RegExp]>([
    ['without a manifest', [[{ name: 'toc.dat' }, 'x']], /first member is "toc.dat"/],
    ['of nothing', [], /empty/],
    [
      'with a path out of it',
      [
        [{ name: 'manifest.json' }, text],
        [{ name: '../../etc/passwd' }, 'x'],
      ],
      /etc\/passwd.* is none/,
    ],
    [
      'with a link',
      [
        [{ name: 'manifest.json' }, text],
        [{ name: 'databases/1-db.sql', type: 'symlink', linkname: '/etc/passwd' }, ''],
      ],
      /symlink/,
    ],
    [
      'with a member more',
      [
        [{ name: 'manifest.json' }, text],
        [{ name: 'databases/3.sql' }, 'x'],
      ],
      /3.sql.* is none/,
    ],
    ['with a member less', [[{ name: 'manifest.json' }, text]], /1-db.sql is missing/],
    [
      'with another size',
      [
        [{ name: 'manifest.json' }, text],
        [{ name: 'databases/1-db.sql' }, 'x'],
      ],
      /has 1 bytes in place of 10/,
    ],
    ['with a manifest that is no JSON', [[{ name: 'manifest.json' }, '{']], /is no JSON/],
    ['with a manifest of another', [[{ name: 'manifest.json' }, '{"a": 1}']], /none of an export of DTrove/],
    ['of a newer DTrove', [[{ name: 'manifest.json' }, '{"formatVersion": 2}']], /made by a newer one/],
  ])('%s is refused', async (_, entries, words) => {
    await forge(entries);
    await expect(read()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(words) });
  });

  it('is refused where its manifest names a file out of it', () => {
    const wrong = { ...manifest, databases: [{ ...databases[0], member: 'databases/../../x' }] };
    expect(() => readManifest(JSON.stringify({ formatVersion: 1, ...wrong }))).toThrow(/databases.0.member/);
  });
});
