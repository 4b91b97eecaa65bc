import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sh, withStdin, type Command } from '../../../src/shell/command.js';
import { fetchParts, sendParts } from '../../../src/shell/multipart.js';
import { pack, packingInput, unpack } from '../../../src/shell/packing.js';
import { Secret } from '../../../src/shell/secret.js';
import { onPacking } from '../../support/packing-programs.js';

const key = new Secret('a-key-that-is-in-no-argument');
let directory: string;
let data: Buffer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dtrove-packing-'));
  data = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(3_000_000)]);
  await writeFile(join(directory, 'data'), data);
});

afterEach(() => rm(directory, { recursive: true }));

/** Runs it by a shell; `talk` is given each piece of its output, and what writes to its stdin. */
async function run(
  command: Command,
  input: readonly (string | Buffer)[],
  talk?: (text: string, answer: (line: string) => void) => void,
) {
  const child = spawn('sh', ['-c', command.text], { stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  const out: Buffer[] = [];
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    talk?.(chunk.toString(), (line) => child.stdin.write(line));
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  for (const piece of input) child.stdin.write(piece);
  if (talk === undefined) child.stdin.end();
  const [code] = (await once(child, 'close')) as [number];
  return { code, out: Buffer.concat(out), err };
}

const read = () => sh`cat ${join(directory, 'data')}`;
const packed = async (of = read()) => run(pack({ read: of }), [packingInput(key, of).reveal()]);

const receiving = () => {
  const fresh = join(directory, 'fresh');
  return {
    receive: sh`cat >${fresh}`,
    finish: sh`mv ${fresh} ${join(directory, 'restored')}`,
    discard: sh`rm -f ${fresh}`,
  };
};
const restored = () => readFile(join(directory, 'restored')).catch(() => null);
const unpacked = (bytes: Buffer, with_ = key) => run(unpack(receiving()), [`${with_.reveal()}\n`, bytes]);

onPacking('what is packed', () => {
  it('is smaller, is noise, and comes back as it was', async () => {
    const { code, out, err } = await packed();
    expect([code, err]).toEqual([0, '']);
    expect(out.length).toBeLessThan(3_100_000);
    expect(out.subarray(0, 8).toString()).toBe('Salted__');
    expect(await unpacked(out)).toMatchObject({ code: 0, err: '' });
    expect((await restored())?.equals(data)).toBe(true);
  });

  it('is compressed once, by who can do it itself', async () => {
    const compressed = { read: sh`zstd -q -c <${join(directory, 'data')}`, compressed: true };
    expect(pack(compressed).text.match(/zstd/g)).toEqual(['zstd']);
    const { out } = await run(pack(compressed), [packingInput(key, compressed.read).reveal()]);
    await unpacked(out);
    expect((await restored())?.equals(data)).toBe(true);
  });

  it('is another each time', async () => {
    const [one, other] = [await packed(), await packed()];
    expect(one.out.equals(other.out)).toBe(false);
  });

  it('is given what its command reads itself', async () => {
    const { out } = await packed(withStdin(sh`cat; echo end`, new Secret('a "secret"\nof two lines')));
    await unpacked(out);
    expect((await restored())?.toString()).toBe('a "secret"\nof two linesend\n');
  });

  it('is nothing when it cannot be read to its end, and says why', async () => {
    const { code, err } = await packed(
      sh`head -c 100000 ${join(directory, 'data')}; echo 'the disk is broken' >&2; exit 3`,
    );
    expect([code, err]).toEqual([1, 'the disk is broken\nthe data could not be read\n']);
  });

  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, 1_000_000)],
    [
      'changed',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 2_000_000), Buffer.from('!'), bytes.subarray(2_000_001)]),
    ],
    ['empty', () => Buffer.alloc(0)],
  ])('is refused when it was %s, and leaves nothing', async (_, damage) => {
    const { out } = await packed();
    const { code, err } = await unpacked(damage(out));
    expect(code).toBe(1);
    expect(err).toMatch(/it could not be (unpacked|decrypted)/);
    expect(await restored()).toBeNull();
  });

  it('is refused with another key', async () => {
    const { out } = await packed();
    expect(await unpacked(out, new Secret('another'))).toMatchObject({ code: 1 });
    expect(await restored()).toBeNull();
  });
});

onPacking('what is sent in parts', () => {
  let server: Server;
  let objects: Map<string, Buffer>;
  let base: string;

  beforeEach(async () => {
    objects = new Map();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        if (request.method === 'PUT') objects.set(path, Buffer.concat(chunks));
        const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
        response.setHeader('ETag', '"tag"');
        response.end(request.method === 'PUT' ? '' : objects.get(path)?.subarray(Number(from), Number(to) + 1));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is told part by part, with sums, and is got back in pieces', async () => {
    // Two parts and a bit.
    data = randomBytes(33 * 1024 * 1024);
    await writeFile(join(directory, 'data'), data);
    let said = '';
    const input = [packingInput(key, read()).reveal()];
    const sent = await run(pack({ read: read() }, sendParts()), input, (text, answer) => {
      said += text;
      for (const [, number] of text.matchAll(/^part (\d+)$/gm)) answer(`${base}/${number ?? ''}\n`);
    });
    expect([sent.code, sent.err]).toEqual([0, '']);
    const parts = [...said.matchAll(/^sent (\d+) (\d+) ([0-9a-f]{64}) "tag"$/gm)].map(([, , size, sum]) => ({
      size,
      sum,
    }));
    expect(parts.map(({ size }) => Number(size)).slice(0, 2)).toEqual([16 * 1024 * 1024, 16 * 1024 * 1024]);
    expect(parts).toHaveLength(3);
    const all = Buffer.concat([1, 2, 3].map((number) => objects.get(`/${number}`) ?? Buffer.alloc(0)));
    expect(said).toContain(`whole ${createHash('sha256').update(all).digest('hex')}\n`);

    objects.set('/all', all);
    let at = 0;
    const orders = parts.map(({ size, sum }, i) => {
      const from = at;
      at += Number(size);
      return `${i + 1} ${size ?? ''} ${sum ?? ''} ${from}-${at - 1} ${base}/all\n`;
    });
    const got = await run(unpack(receiving(), fetchParts()), [`${key.reveal()}\n`, ...orders]);
    expect(got).toMatchObject({ code: 0 });
    expect(got.err).toMatch(/33 MiB fetched/);
    expect((await restored())?.equals(data)).toBe(true);

    await rm(join(directory, 'restored'));
    all[20_000_000] = 1 + (all[20_000_000] ?? 0);
    const changed = await run(unpack(receiving(), fetchParts()), [`${key.reveal()}\n`, ...orders]);
    expect(changed.code).toBe(1);
    expect(changed.err).toContain('part 2 does not have its checksum');
    expect(await restored()).toBeNull();
  }, 120_000);
});
