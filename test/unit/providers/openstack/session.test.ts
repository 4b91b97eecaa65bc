import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCloud, type Cloud } from '../../../../src/providers/openstack/cloud.js';
import { OpenStackProvider } from '../../../../src/providers/openstack/provider.js';
import { openstackSettings } from '../../../../src/providers/openstack/settings.js';
import { gate } from '../../../support/until.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const { signal } = new AbortController();
const env = { OS_USERNAME: 'me', OS_PASSWORD: 'hunter2', OS_PROJECT_ID: 'p' };
const servers = JSON.stringify({ servers: [] });
const services = ['compute', 'network', 'image'];

describe('the requests to OpenStack', () => {
  let server: Server;
  let cloud: Cloud;
  let handle: Handler;
  let asked: string[];
  let tokens: number;
  let lifeMs: number;

  const answer = (response: ServerResponse, status: number, body = '', headers: Record<string, string> = {}) => {
    response.writeHead(status, headers).end(body);
  };

  function keystone(response: ServerResponse): void {
    tokens += 1;
    const now = Date.now();
    const token = {
      issued_at: new Date(now).toISOString(),
      expires_at: new Date(now + lifeMs).toISOString(),
      project: { id: 'p', name: 'shop' },
      catalog: services.map((type) => ({
        type,
        endpoints: [{ interface: 'public', region_id: 'one', url: `${base()}/${type}` }],
      })),
    };
    answer(response, 201, JSON.stringify({ token }), { 'x-subject-token': `token-${tokens}` });
  }

  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    [asked, tokens, lifeMs] = [[], 0, 3_600_000];
    server = createServer((request, response) => {
      if (request.url === '/v3/auth/tokens') {
        keystone(response);
        return;
      }
      asked.push(`${request.method ?? ''} ${request.url ?? ''} ${String(request.headers['x-auth-token'])}`);
      handle(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cloud = openCloud(await openstackSettings({ ...env, OS_AUTH_URL: base() }));
  });

  afterEach(async () => {
    cloud.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const list = () => cloud.nova.named('x', signal);

  it('share one token, with the endpoint of its catalogue and a version', async () => {
    let version: unknown;
    handle = (request, response) => {
      version = request.headers['openstack-api-version'];
      answer(response, 200, servers);
    };
    await Promise.all(Array.from({ length: 10 }, list));
    await list();
    expect(tokens).toBe(1);
    expect(asked[0]).toBe('GET /compute/v2.1/servers/detail?name=%5Ex%24&limit=1000 token-1');
    expect(version).toBe('compute 2.64');
  });

  it('get another token before the one ends', async () => {
    lifeMs = 1;
    handle = (_, response) => {
      answer(response, 200, servers);
    };
    await list();
    lifeMs = 3_600_000;
    await list();
    await list();
    expect(tokens).toBe(2);
  });

  it('get another token once where the one is refused, and say so where that one is refused too', async () => {
    let refused = 'token-1';
    handle = (request, response) => {
      const token = String(request.headers['x-auth-token']);
      if (refused === 'all' || token === refused) answer(response, 401, '{"error":{"message":"no"}}');
      else answer(response, 200, servers);
    };
    await Promise.all(Array.from({ length: 10 }, list));
    expect(tokens).toBe(2);
    refused = 'all';
    await expect(list()).rejects.toMatchObject({ status: 401, words: 'no' });
    expect(tokens).toBe(3);
  });

  it.each([
    [429, {}, 2],
    [503, {}, 2],
    [502, {}, 2],
    [500, {}, 1],
    [429, { 'retry-after': '1' }, 2],
    [503, { 'retry-after': '3600' }, 1],
  ])('that only ask: after %d with %j they are sent %d times', async (status, headers, times) => {
    handle = (_, response) => {
      if (asked.length === 1) answer(response, status, '{"overLimit":{"message":"slow down"}}', headers);
      else answer(response, 200, servers);
    };
    const before = performance.now();
    const error: unknown = await list().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(asked).toHaveLength(times);
    if (times === 1) expect(error).toMatchObject({ status, words: 'slow down' });
    if (times === 2 && 'retry-after' in headers) expect(performance.now() - before).toBeGreaterThan(990);
  });

  it.each([
    [429, 2],
    [503, 1],
    [500, 1],
    [0, 1],
  ])('that make something: after %d (0: a lost connection) they are sent %d times', async (status, times) => {
    handle = (request, response) => {
      if (asked.length > 1) answer(response, 202, '{"server":{"id":"s"}}');
      else if (status === 0) request.socket.destroy();
      else answer(response, status, '{"x":{"message":"no"}}');
    };
    await cloud.nova.create({}, signal).catch(() => undefined);
    expect(asked).toHaveLength(times);
  });

  it('that only ask are sent again where the connection was lost', async () => {
    handle = (request, response) => {
      if (asked.length === 1) request.socket.destroy();
      else answer(response, 200, servers);
    };
    expect(await list()).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it('that make something are sent again where nobody was there to hear them', async () => {
    const nowhere = openCloud(
      await openstackSettings({ ...env, OS_AUTH_URL: base(), OS_NOVA_BYPASS_URL: 'http://127.0.0.1:1/v2.1' }),
    );
    const before = performance.now();
    await expect(nowhere.nova.create({}, signal)).rejects.toMatchObject({ name: 'Lost', sent: false });
    expect(performance.now() - before).toBeGreaterThan(1000);
    nowhere.close();
  });

  it('end when they are told to, with the reason, also while they wait to be sent again', async () => {
    const arrived = gate();
    const end = new AbortController();
    const reason = new Error('enough');
    handle = () => {
      arrived.open();
    };
    const waiting = cloud.nova.named('x', end.signal);
    await arrived.reached;
    end.abort(reason);
    await expect(waiting).rejects.toBe(reason);

    const again = new AbortController();
    handle = (_, response) => {
      answer(response, 503, '', { 'retry-after': '20' });
      setImmediate(() => {
        again.abort(reason);
      });
    };
    await expect(cloud.nova.named('x', again.signal)).rejects.toBe(reason);
  });

  it('follow the pages of a long list', async () => {
    const one = (id: string) => ({ id, name: `dtrove-${id}`, status: 'ACTIVE' });
    handle = (request, response) => {
      const isFirst = !(request.url ?? '').includes('marker');
      const links = isFirst ? [{ rel: 'next', href: 'there' }] : [];
      answer(response, 200, JSON.stringify({ servers: [one(isFirst ? 'a' : 'b')], servers_links: links }));
    };
    expect((await cloud.nova.all(signal)).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(asked[1]).toContain('&marker=a ');
  });

  it('follow the pages of a long list of volumes, too', async () => {
    const one = (id: string) => ({ id, name: `dtrove-${id}`, status: 'available', size: 1 });
    handle = (request, response) => {
      const isFirst = !(request.url ?? '').includes('marker');
      const links = isFirst ? [{ rel: 'next', href: 'there' }] : [];
      answer(response, 200, JSON.stringify({ volumes: [one(isFirst ? 'a' : 'b')], volumes_links: links }));
    };
    const more = { OS_AUTH_URL: base(), OS_VOLUME_ENDPOINT_OVERRIDE: `${base()}/volume/v3` };
    const withVolumes = openCloud(await openstackSettings({ ...env, ...more }));
    expect((await withVolumes.cinder.volumes(null, signal)).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(asked[1]).toContain('/volume/v3/volumes/detail?limit=1000&marker=a ');
    withVolumes.close();
  });

  it('know what there is for a while, and ask again for what is not among it', async () => {
    const flavor = (name: string) => ({ id: `id-${name}`, name, vcpus: 1, ram: 512, disk: 4 });
    const there = [flavor('small')];
    handle = (_, response) => {
      answer(response, 200, JSON.stringify({ flavors: there }));
    };
    expect(await cloud.ground.flavor('small')).toMatchObject({ id: 'id-small', diskGb: 4 });
    expect(await cloud.ground.flavor('id-small')).toMatchObject({ name: 'small' });
    expect(asked).toHaveLength(1);
    there.push(flavor('large'));
    cloud.ground.forget();
    expect(await cloud.ground.flavor('large')).toMatchObject({ id: 'id-large' });
    expect(asked).toHaveLength(2);
    await expect(cloud.ground.flavor('huge')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'flavor',
      message: 'OpenStack has no flavor huge that fits; it has: small, large',
    });
  });

  it('look at a hundred servers with one call, and at one with one', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `dtrove-${i}`);
    const metadata = { 'dtrove-key': 'k', 'dtrove-cluster': 'c' };
    handle = (_, response) => {
      const all = names.map((name) => ({ id: name, name, status: 'ACTIVE', metadata }));
      answer(response, 200, JSON.stringify({ servers: all }));
    };
    const provider = new OpenStackProvider(await openstackSettings({ ...env, OS_AUTH_URL: base() }));
    const seen = await Promise.all(names.map((name) => provider.updateStatus(name, signal)));
    expect(seen.map((one) => one?.id)).toEqual(names);
    expect(await provider.updateStatus('dtrove-7', signal)).toMatchObject({ id: 'dtrove-7' });
    expect(await provider.updateStatus('dtrove-none', signal)).toBeNull();
    expect(asked.map((one) => /name=(\S+?)&/.exec(one)?.[1])).toEqual([
      '%5Edtrove-',
      '%5Edtrove-7%24',
      '%5Edtrove-none%24',
    ]);
    await provider.close();
  });

  it('say what a service is not there for, and which there are', async () => {
    await expect(cloud.cinder.volumes(null, signal)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringMatching(/no volume service, so it has no volumes; it offers: compute, image, network/),
    });
  });

  it('say that what answers is something else', async () => {
    handle = (_, response) => {
      answer(response, 200, '{"servers":[{"id":5}]}');
    };
    await expect(list()).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/^the compute service answers \/servers\S+ with something else than we know: /),
    });
  });
});
