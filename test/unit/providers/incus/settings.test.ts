import { describe, expect, it } from '@jest/globals';
import { incusSettings } from '../../../../src/providers/incus/settings.js';

const pin = 'ab'.repeat(32);
const https = {
  DTROVE_INCUS_URL: 'https://incus.example:9443',
  DTROVE_INCUS_CERT: '-----BEGIN CERTIFICATE-----',
  DTROVE_INCUS_KEY: '-----BEGIN PRIVATE KEY-----',
  DTROVE_INCUS_SERVER_CERT: pin,
};

describe('the settings of the provider incus', () => {
  it('need nothing on a machine that has Incus', async () => {
    expect(await incusSettings({ DTROVE_INCUS_POOL: '', DTROVE_PORT: '4000' })).toEqual({
      endpoint: { socket: '/var/lib/incus/unix.socket' },
      project: 'default',
      pool: '',
      network: '',
      profile: 'default',
      type: 'container',
      flavors: [
        { name: 'small', cpus: 1, memoryMb: 1024, diskGb: 10 },
        { name: 'medium', cpus: 2, memoryMb: 4096, diskGb: 40 },
        { name: 'large', cpus: 4, memoryMb: 16_384, diskGb: 160 },
      ],
    });
  });

  it.each(['unix:/a/b.socket', 'unix:///a/b.socket'])('read the socket %s', async (url) => {
    expect(await incusSettings({ DTROVE_INCUS_URL: url })).toMatchObject({ endpoint: { socket: '/a/b.socket' } });
  });

  it('read HTTPS with a fingerprint as Incus or openssl spell it', async () => {
    const spelt = pin.toUpperCase().match(/../g)?.join(':') ?? '';
    for (const text of [pin, spelt]) {
      const { endpoint } = await incusSettings({ ...https, DTROVE_INCUS_SERVER_CERT: text });
      expect(endpoint).toMatchObject({ host: 'incus.example', port: 9443, pin });
    }
    const { endpoint } = await incusSettings({ ...https, DTROVE_INCUS_URL: 'https://[fd00::1]' });
    expect(endpoint).toMatchObject({ host: 'fd00::1', port: 8443 });
  });

  it.each([
    [{ DTROVE_INCUS_URL: 'http://incus' }, /^DTROVE_INCUS_URL: begins with unix:\/ or https:\/\/$/],
    [{ ...https, DTROVE_INCUS_URL: 'https://' }, /^DTROVE_INCUS_URL: is unix:/],
    [{ ...https, DTROVE_INCUS_URL: 'https://incus/1.0' }, /^DTROVE_INCUS_URL: is unix:/],
    [{ ...https, DTROVE_INCUS_CERT: '' }, /^DTROVE_INCUS_CERT: is needed with https/],
    [{ ...https, DTROVE_INCUS_KEY: '/nowhere/key' }, /^DTROVE_INCUS_KEY: cannot be read: ENOENT/],
    [{ ...https, DTROVE_INCUS_SERVER_CERT: '' }, /^DTROVE_INCUS_SERVER_CERT: is needed/],
    [{ ...https, DTROVE_INCUS_SERVER_CERT: '-----BEGIN NOTHING' }, /^DTROVE_INCUS_SERVER_CERT: is neither a cert/],
    [{ DTROVE_INCUS_TYPE: 'docker' }, /^DTROVE_INCUS_TYPE: is container or virtual-machine$/],
    [{ DTROVE_INCUS_PROJECT: 'a/b' }, /^DTROVE_INCUS_PROJECT: is a name/],
    [{ DTROVE_INCUS_FLAVORS: 'small:1/1024' }, /^DTROVE_INCUS_FLAVORS: .*"small:1\/1024" is no entry/],
    [{ DTROVE_INCUS_FLAVORS: 'small:0/1024/10' }, /^DTROVE_INCUS_FLAVORS: /],
    [{ DTROVE_INCUS_FLAVORS: 'a:1/1/1,a:2/2/2' }, /^DTROVE_INCUS_FLAVORS: has two flavors a$/],
  ])('refuse %j', async (env, message) => {
    await expect(incusSettings(env)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
    });
  });
});
