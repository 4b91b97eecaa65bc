import { describe, expect, it } from '@jest/globals';
import { nameOf } from '../../../../src/providers/incus/names.js';
import { instanceRequest } from '../../../../src/providers/incus/request.js';
import { Secret } from '../../../../src/shell/secret.js';

const key = '01a204b1-3c80-732e-adc1-09264221aaaa';
const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl"\\n: #{x}\n-----END OPENSSH PRIVATE KEY-----\n';
const wish = {
  key,
  name: 'Shop_DB-1',
  clusterId: 'c-1',
  flavor: 'small',
  image: 'debian-12',
  user: 'dtrove',
  authorizedKey: 'ssh-ed25519 AAAA shop',
  hostKey: { privateKey: new Secret(privateKey), publicKey: 'ssh-ed25519 BBBB' },
};
const flavor = { name: 'small', cpus: 2, memoryMb: 1500, diskGb: 12 };
const settings = { type: 'container', profile: 'db', network: 'br0' } as const;
const ground = { root: 'root', pool: 'fast' };

const dataOf = (request: ReturnType<typeof instanceRequest>): Record<string, unknown> => {
  const [first, ...rest] = request.config['cloud-init.user-data'].split('\n');
  expect(first).toBe('#cloud-config');
  return JSON.parse(rest.join('\n')) as Record<string, unknown>;
};

describe('the request for an instance', () => {
  it('carries the key and the cluster, the flavor and the ground', () => {
    expect(instanceRequest(wish, flavor, 'f00', ground, settings)).toMatchObject({
      name: `dtrove-${key}`,
      type: 'container',
      profiles: ['db'],
      source: { type: 'image', fingerprint: 'f00' },
      config: {
        'user.dtrove-key': key,
        'user.dtrove-cluster': 'c-1',
        'limits.cpu': '2',
        'limits.memory': '1500MiB',
      },
      devices: {
        root: { type: 'disk', path: '/', pool: 'fast', size: '12GiB' },
        eth0: { type: 'nic', name: 'eth0', network: 'br0' },
      },
    });
  });

  it('leaves the network to the profile, and takes the name of its root disk', () => {
    const { devices } = instanceRequest(
      wish,
      flavor,
      'f00',
      { root: 'disk0', pool: 'p' },
      { ...settings, network: '' },
    );
    expect(Object.keys(devices)).toEqual(['disk0']);
  });

  it('has the server come up with the given user and the given host key', () => {
    const data = dataOf(instanceRequest(wish, flavor, 'f00', ground, settings));
    expect(data).toMatchObject({
      hostname: 'shop-db-1',
      locale: false,
      disable_root: true,
      ssh_keys: { ed25519_private: privateKey, ed25519_public: 'ssh-ed25519 BBBB' },
      users: [{ name: 'dtrove', sudo: 'ALL=(ALL) NOPASSWD:ALL', ssh_authorized_keys: ['ssh-ed25519 AAAA shop'] }],
    });
    expect(dataOf(instanceRequest({ ...wish, user: 'root' }, flavor, 'f', ground, settings))).toMatchObject({
      disable_root: false,
    });
  });
});

describe('the name of what bears a key', () => {
  it.each([key, 'a', 'x'.repeat(300), 'Größe/../../1.0', '', '-a', 'a-'])(
    'is a host name, and one to one: %j',
    (text) => {
      expect(nameOf(text)).toMatch(/^dtrove-[a-z0-9]([a-z0-9-]{0,53}[a-z0-9])?$/);
      expect(nameOf(text)).toBe(nameOf(text));
      expect(nameOf(text)).not.toBe(nameOf(`${text}2`));
    },
  );
});
