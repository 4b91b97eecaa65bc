import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { endpointOf, hasService } from '../../../../src/providers/openstack/catalog.js';
import { TokenAnswer } from '../../../../src/providers/openstack/credentials.js';
import { Lost, translated } from '../../../../src/providers/openstack/refusal.js';
import { refusalOf } from '../../../../src/providers/openstack/retry.js';
import { chosen, toServer } from '../../../../src/providers/openstack/server.js';
import { Flavors, Images, NovaServer, OneServer, Servers } from '../../../../src/providers/openstack/shapes.js';
import { answer } from './answers.js';

const key = '0199aa00-0000-7000-8000-000000000001';
const clusterId = '0199aa00-0000-7000-8000-00000000000c';
const Refused = z.object({ status: z.number(), body: z.unknown() });

/** The server of a list, or of an answer about it alone. */
const serverIn = (name: string): NovaServer => {
  const given = answer(name);
  const [server] = name.startsWith('servers') ? Servers.parse(given).servers : [OneServer.parse(given).server];
  if (server === undefined) throw new Error(`${name} has no server`);
  return server;
};

describe('a server of Nova', () => {
  it.each([
    ['servers-build-scheduling', { state: 'BUILD', progress: 10, message: 'Nova: scheduling', addr: null }],
    ['servers-build-block_device_mapping', { state: 'BUILD', progress: 50, message: 'Nova: block device mapping' }],
    ['servers-build-spawning', { state: 'BUILD', progress: 70, message: 'Nova: spawning' }],
    [
      'servers-active-none',
      { state: 'ACTIVE', progress: 100, message: '', addr: expect.stringMatching(/^10\.88\.0\./) },
    ],
    [
      'server-error',
      { state: 'ERROR', message: expect.stringMatching(/No valid host was found/), fault: 'NO_CAPACITY' },
    ],
  ])('answered as %s is seen as such', (name, expected) => {
    expect(toServer(serverIn(name))).toMatchObject({
      ...{ id: `dtrove-${key}`, key, clusterId, sshPort: 22, port: null },
      ...expected,
    });
  });

  const active = () => serverIn('servers-active-none');

  it.each([
    [{ status: 'BUILD' }, { state: 'BUILD', progress: 20, message: 'Nova has a host for it' }],
    [{ status: 'SHUTOFF' }, { state: 'SHUTOFF', message: 'Nova says SHUTOFF' }],
    [
      { status: 'REBOOT', 'OS-EXT-STS:task_state': 'rebooting' },
      { state: 'UNKNOWN', message: 'Nova says REBOOT: rebooting' },
    ],
    [{ status: 'SOFT_DELETED' }, { state: 'DELETED' }],
    [{ addresses: {} }, { state: 'UNKNOWN', message: expect.stringMatching(/no network address/) }],
    [{ status: 'ERROR' }, { state: 'ERROR', message: expect.stringMatching(/not why/) }],
    [
      { status: 'ERROR', fault: { code: 413, message: 'Quota exceeded, too many servers in group' } },
      { fault: 'QUOTA_EXCEEDED' },
    ],
  ])('with %j is seen as such', (more, expected) => {
    expect(toServer(NovaServer.parse({ ...active(), ...more }))).toMatchObject(expected);
  });

  it('is reached by its floating address, else by IPv4, else by what its port was given', () => {
    const one = (addr: string, version: number, type: string) => ({ addr, version, 'OS-EXT-IPS:type': type });
    const [six, four, floating] = [
      one('fd00::5', 6, 'fixed'),
      one('10.0.0.5', 4, 'fixed'),
      one('1.2.3.4', 4, 'floating'),
    ];
    const with_ = (addresses: object, metadata: object = {}) =>
      toServer(NovaServer.parse({ ...active(), addresses, metadata: { ...active().metadata, ...metadata } }))?.addr;
    expect(with_({ net: [six, four, floating] })).toBe('1.2.3.4');
    expect(with_({ other: [six], net: [four] })).toBe('10.0.0.5');
    expect(with_({}, { 'dtrove-address': '10.0.0.9' })).toBe('10.0.0.9');
  });

  it('tells the control plane that asked for it', () => {
    const metadata = { ...active().metadata, 'dtrove-owner': 'o' };
    expect(toServer({ ...active(), metadata })?.owner).toBe('o');
    expect(toServer(active())?.owner).toBeUndefined();
  });

  it('is none of ours without our metadata', () => {
    expect(toServer({ ...active(), metadata: {} })).toBeNull();
  });

  it('counts before another of its name that failed at birth, and the eldest of two', () => {
    const young = { ...active(), id: 'young', created: '2030-01-01T00:00:00Z' };
    expect(chosen([serverIn('server-error'), young])?.id).toBe('young');
    expect(chosen([young, active()])?.id).toBe(active().id);
    expect(chosen([])).toBeNull();
  });
});

describe('a refusal', () => {
  it.each([
    ['over-quota-servers', 403, 'QUOTA_EXCEEDED', /Quota exceeded for instances/],
    ['over-quota-ports', 409, 'QUOTA_EXCEEDED', /Quota exceeded for resources: \['port'\]/],
    ['over-quota-security-groups', 409, 'QUOTA_EXCEEDED', /Quota exceeded/],
    ['volume-too-large', 413, 'QUOTA_EXCEEDED', /VolumeSizeExceedsAvailableQuota|quota/i],
    ['refused-login', 401, 'PROVIDER_FAILED', /does not take our credentials: .*requires authentication/],
    ['forbidden', 403, 'PROVIDER_FAILED', /does not let our user do that: Policy doesn't allow/],
    ['bad-request', 400, 'PROVIDER_FAILED', /Invalid input/],
    ['no-such-server', 404, 'PROVIDER_FAILED', /could not be found/],
    ['image-not-found', 404, 'PROVIDER_FAILED', /^cannot: [^<>]*No image found/],
  ])('%s is %d and becomes %s, in its own words', (name, status, code, words) => {
    const { body, ...recorded } = Refused.parse(answer(name));
    expect(recorded.status).toBe(status);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const refusal = refusalOf({ status, headers: {}, text });
    expect(translated('cannot', refusal)).toMatchObject({
      code,
      message: expect.stringMatching(words),
      retryable: false,
    });
  });

  it.each([
    [500, 'UNAVAILABLE', true],
    [503, 'UNAVAILABLE', true],
    [429, 'UNAVAILABLE', true],
    [501, 'PROVIDER_FAILED', false],
  ])('of %d becomes %s', (status, code, retryable) => {
    expect(translated('cannot', refusalOf({ status, headers: {}, text: '' }))).toMatchObject({ code, retryable });
  });

  it('is told without markup', () => {
    const text = JSON.stringify({
      itemNotFound: { message: 'The resource could not be found.<br /><br />\n\n\n', code: 404 },
    });
    expect(refusalOf({ status: 404, headers: {}, text }).words).toBe('The resource could not be found.');
    expect(refusalOf({ status: 502, headers: {}, text: '<html><title>x</title><h1>Bad Gateway</h1>' }).words).toBe(
      'Bad Gateway',
    );
  });

  it('tells no more addresses from no more quota', () => {
    const words = {
      NeutronError: { type: 'IpAddressGenerationFailure', message: 'No more IP addresses available on network n.' },
    };
    const refusal = refusalOf({ status: 409, headers: {}, text: JSON.stringify(words) });
    expect(translated('cannot', refusal)).toMatchObject({ code: 'NO_CAPACITY' });
  });

  it('that nobody has spoken may pass; other errors stay as they are', () => {
    expect(translated('cannot', new Lost('gone', true))).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    const error = new Error('given up');
    expect(translated('cannot', error)).toBe(error);
  });
});

describe('the catalogue', () => {
  const { token } = TokenAnswer.parse(answer('token'));
  const plain = { region: '', interface: 'public', overrides: {} } as const;

  it('has the URL of each service, with its version', () => {
    const urls = (['compute', 'network', 'image', 'volume'] as const).map((one) =>
      endpointOf(token.catalog, one, plain),
    );
    expect(urls).toEqual([
      'http://127.0.0.1:8774/v2.1',
      'http://127.0.0.1:9696/v2.0',
      'http://127.0.0.1:9292/v2',
      `http://127.0.0.1:8776/v3/${token.project?.id ?? ''}`,
    ]);
  });

  it('is chosen from by region and interface, and overruled', () => {
    const overrides = { compute: 'http://nova:8774/v2.1/' };
    expect(endpointOf(token.catalog, 'compute', { ...plain, overrides })).toBe('http://nova:8774/v2.1');
    expect(endpointOf(token.catalog, 'image', { ...plain, region: 'RegionOne' })).toBe('http://127.0.0.1:9292/v2');
    expect(() => endpointOf(token.catalog, 'image', { ...plain, region: 'Mars' })).toThrow(
      /no public endpoint in the region Mars; check OS_REGION_NAME \(there is: RegionOne\)/,
    );
    expect(hasService([], 'volume', plain)).toBe(false);
  });
});

describe('what is on offer', () => {
  it('are flavors and images', () => {
    const { flavors } = Flavors.parse(answer('flavors'));
    expect(flavors.find(({ name }) => name === 'tiny')).toMatchObject({ vcpus: 1, ram: 512, disk: 4 });
    expect(Images.parse(answer('images')).images).toMatchObject([{ name: 'tiny', status: 'active' }]);
  });
});
