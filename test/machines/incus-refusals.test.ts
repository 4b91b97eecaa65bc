import { execFileSync } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nameOf } from '../../src/providers/incus/names.js';
import type { Provider, ServerWish } from '../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../src/remote/keys.js';
import { until } from '../support/until.js';
import { onMachines, openLab, type Lab } from './support/lab.js';

const keys = createKeyPair('the cluster');
const { signal } = new AbortController();

const wishFor = (more: Partial<ServerWish> = {}): ServerWish => ({
  key: randomUUID(),
  name: 'db-1',
  clusterId: randomUUID(),
  flavor: 'tiny',
  image: 'debian-12',
  user: 'dtrove',
  authorizedKey: keys.publicKey,
  hostKey: createHostKey(),
  ...more,
});

// A lab of somebody else's may have no HTTPS.
const overHttps = process.env['LAB_HTTPS_URL'] === undefined ? it.skip : it;

onMachines('what the provider incus refuses, and what is refused to it', () => {
  let lab: Lab;
  let provider: Provider;
  let directory: string;
  let https: Record<string, string>;

  beforeAll(async () => {
    lab = await openLab({ 'limits.containers': '1' });
    provider = await lab.provider();
    directory = await mkdtemp(join(tmpdir(), 'dtrove-incus-'));
    https = { DTROVE_INCUS_URL: process.env['LAB_HTTPS_URL'] ?? '' };
  });

  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
    await lab.close();
  });

  overHttps(
    'is served over HTTPS as over the socket, the certificate pinned by its text or its fingerprint',
    async () => {
      const pem = await readFile(lab.env['DTROVE_INCUS_SERVER_CERT'] ?? '', 'utf8');
      for (const pin of [pem, new X509Certificate(pem).fingerprint256]) {
        const distant = await lab.provider({ ...https, DTROVE_INCUS_SERVER_CERT: pin });
        expect(await distant.list(signal)).toEqual([]);
      }
    },
  );

  overHttps('sends nothing to a server of another certificate', async () => {
    const distant = await lab.provider({ ...https, DTROVE_INCUS_SERVER_CERT: 'a'.repeat(64) });
    await expect(distant.list(signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      retryable: false,
      message: expect.stringMatching(/^Incus at https:\S+ shows another certificate than DTROVE_INCUS_SERVER_CERT: /),
    });
  });

  overHttps('says that Incus does not trust the client certificate', async () => {
    const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...algorithm, '-subj', '/CN=stranger', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    const stranger = await lab.provider({ ...https, DTROVE_INCUS_CERT: cert, DTROVE_INCUS_KEY: key });
    await expect(stranger.list(signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/certificate/),
    });
  });

  it('says where nobody answers, and that it may pass', async () => {
    for (const url of ['unix:/nowhere/unix.socket', 'https://127.0.0.1:1']) {
      const nowhere = await lab.provider({ DTROVE_INCUS_URL: url });
      await expect(nowhere.create(wishFor(), signal)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
        message: expect.stringContaining(`Incus at ${url} cannot be reached: `),
      });
    }
  });

  it('names an unknown image, and those there are', async () => {
    await expect(provider.create(wishFor({ image: 'debian-0' }), signal)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'datastoreId',
      message: expect.stringMatching(/no image debian-0 of a container; it has: .*debian-12, debian-13/),
    });
  });

  // The lab's LXD is without QEMU, whatever its host has; that of somebody else may be any.
  overHttps('says that the host runs no virtual machines, where they are wished for', async () => {
    const machines = await lab.provider({ DTROVE_INCUS_TYPE: 'virtual-machine' });
    await expect(machines.create(wishFor(), signal)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringMatching(/^the host of Incus cannot run virtual machines: .*DTROVE_INCUS_TYPE=container/),
    });
    expect(await lab.left()).toEqual([]);
  });

  it.each(['PROFILE', 'POOL', 'NETWORK'])('says that there is no such %s', async (what) => {
    const other = await lab.provider({ [`DTROVE_INCUS_${what}`]: 'no-such-thing' });
    await expect(other.create(wishFor(), signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/no-such-thing|not found/),
    });
    expect(await lab.left()).toEqual([]);
  });

  it('starts what an earlier call has made and not started, and takes the quota for what it is', async () => {
    const wish = wishFor();
    const other = await lab.provider({ DTROVE_INCUS_NETWORK: '' });
    const halfway = new AbortController();
    const made = other.create(wish, halfway.signal).catch((error: unknown) => error);
    await until('the instance to be there', async () => (await lab.left()).length === 1);
    halfway.abort(new Error('the worker died'));
    expect(await made).toMatchObject({ message: 'the worker died' });
    expect(await provider.create(wish, signal)).toMatchObject({ id: nameOf(wish.key), key: wish.key });
    await until(
      'it to be ready',
      async () => (await provider.updateStatus(nameOf(wish.key), signal))?.state === 'ACTIVE',
      60_000,
    );

    await expect(provider.create(wishFor(), signal)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: expect.stringMatching(/cannot make the server db-1: .*[Rr]eached maximum/),
    });
    await provider.destroy(nameOf(wish.key), signal);
    expect(await lab.left()).toEqual([]);
  });

  it('leaves alone what is not ours, whatever it is called', async () => {
    const wish = wishFor();
    const name = nameOf(wish.key);
    const source = { type: 'image', alias: 'debian-12' };
    await lab.api.change('POST', '/instances', signal, { name, type: 'container', source });
    await expect(provider.create(wish, signal)).rejects.toMatchObject({ message: expect.stringMatching(/not ours/) });
    expect(await provider.updateStatus(name, signal)).toBeNull();
    expect(await provider.list(signal)).toEqual([]);
    await provider.destroy(name, signal);
    expect(await lab.left()).toEqual([name]);
    await lab.api.change('DELETE', `/instances/${name}`, signal);
  });
});
