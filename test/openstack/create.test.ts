import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { nameOf } from '../../src/providers/openstack/names.js';
import type { Provider, ServerWish } from '../../src/providers/provider.js';
import { until } from '../support/until.js';
import { callsOf } from './support/calls.js';
import { onOpenStack, openLab, type Lab } from './support/lab.js';
import type { Fate, Passing } from './support/proxy.js';
import { built, wishFor } from './support/wish.js';

const { signal } = new AbortController();
const isCreate = ({ method, path }: Passing) => method === 'POST' && path.endsWith('/servers');

onOpenStack('a server of OpenStack', () => {
  let lab: Lab;
  let provider: Provider;
  let made: ServerWish[] = [];

  const wish = (more: Partial<ServerWish> = {}): ServerWish => {
    const one = wishFor(lab, more);
    made.push(one);
    return one;
  };

  beforeAll(async () => {
    lab = await openLab();
    provider = await lab.provider();
  });

  afterEach(async () => {
    for (const { key } of made) await provider.destroy(nameOf(key), signal);
    for (const { clusterId } of made) await provider.forgetCluster?.(clusterId, signal);
    made = [];
    expect(await lab.left()).toEqual([]);
  });

  afterAll(() => lab.close());

  it('is made with few calls, the looks at it while it builds included', async () => {
    const cold = await lab.provider();
    const made = async (one: ServerWish) => {
      expect(await cold.refuses({ manager: 'postgres', version: '15', image: one.image })).toBeNull();
      await cold.flavors();
      const { id } = await cold.create(one, signal);
      expect((await built(cold, id, signal)).at(-1)?.state).toBe('ACTIVE');
    };
    const isLook = (call: string) => /^GET .*\/servers\/detail/.test(call);
    // Known for a minute.
    const isOffer = (call: string) => /^GET .*\/(images|flavors)/.test(call);
    const count = async (work: () => Promise<void>, most = 12) => {
      const began = performance.now();
      const calls = await callsOf(work);
      // A cloud that takes its time is looked at every few seconds.
      expect(calls.length).toBeLessThanOrEqual(Math.max(most, most - 2 + (performance.now() - began) / 5000));
      return calls.filter((call) => !isLook(call) && !isOffer(call)).length;
    };
    const one = wish();
    // What every server stands on is asked for once: token, networks, subnets.
    const first = async () => {
      await cold.adopt();
      await made(one);
    };
    expect(await count(first, 16)).toBe(9);
    // The security group asked for and made, its rules, server group, port, server.
    expect(await count(() => made(wish()))).toBe(6);
    // The groups that are there, and whether its port is.
    expect(await count(() => made(wish({ clusterId: one.clusterId })))).toBe(5);
    // A round of health looks at all of them at once.
    expect(await callsOf(() => cold.list(signal))).toHaveLength(1);
  });

  it('shows its progress, in Nova’s words, and keeps the address of its port', async () => {
    const one = wish();
    const begun = await provider.create(one, signal);
    const seen = await built(provider, begun.id, signal);
    const progress = seen.map((server) => server.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(new Set(seen.map(({ addr }) => addr))).toEqual(new Set([begun.addr]));
    expect(seen.at(-1)).toMatchObject({ state: 'ACTIVE', message: '', progress: 100 });
    for (const server of seen.slice(0, -1)) expect(server.message).toMatch(/^Nova/);
  });

  it('has a security group of its cluster’s, whose rules are made good, and a group of anti-affinity', async () => {
    const one = wish();
    await provider.create(one, signal);
    const name = nameOf(one.clusterId);
    type Groups = { security_groups: { id: string; security_group_rules: { id: string; direction: string }[] }[] };
    const rules = async () => {
      const path = `/security-groups?name=${name}`;
      const { security_groups: groups } = (await lab.admin.ask('GET', 'network', path)) as Groups;
      expect(groups).toHaveLength(1);
      return groups[0]?.security_group_rules.filter(({ direction }) => direction === 'ingress') ?? [];
    };
    const before = await rules();
    expect(before).toHaveLength(7);
    await lab.admin.ask('DELETE', 'network', `/security-group-rules/${before[0]?.id ?? ''}`);
    await provider.create(wish({ clusterId: one.clusterId }), signal);
    expect(await rules()).toHaveLength(7);
    const left = [
      `security group ${name}`,
      `server group ${name}`,
      ...made.flatMap(({ key }) => [`port ${nameOf(key)}`, `server ${nameOf(key)}`]),
    ];
    expect([...(await lab.left())].sort()).toEqual(left.sort());
  });

  it.each<[string, Fate]>([
    ['was heard, and its answer lost', 'unanswered'],
    ['was not heard', 'unheard'],
  ])('is one, where the request for it %s', async (_what, fate) => {
    let left = 1;
    const proxy = await lab.proxy('compute', (one) => (isCreate(one) && left-- > 0 ? fate : 'pass'));
    const shaky = await lab.provider({ OS_NOVA_BYPASS_URL: proxy.url });
    const one = wish();
    const { id } = await shaky.create(one, signal);
    expect(proxy.seen.filter(isCreate)).toHaveLength(fate === 'unheard' ? 2 : 1);
    expect((await built(provider, id, signal)).at(-1)?.state).toBe('ACTIVE');
    expect((await lab.left()).filter((name) => name.startsWith('server dtrove'))).toHaveLength(1);
  });

  it('is destroyed also where only its port was made, and made on that port where it is tried again', async () => {
    const proxy = await lab.proxy('compute', (one) => (isCreate(one) ? 'unheard' : 'pass'));
    const shaky = await lab.provider({ OS_NOVA_BYPASS_URL: proxy.url });
    const one = wish();
    await expect(shaky.create(one, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(await lab.left()).toContain(`port ${nameOf(one.key)}`);
    const { id } = await provider.create(one, signal);
    expect((await lab.left()).filter((name) => name.startsWith('port'))).toHaveLength(1);
    await provider.destroy(id, signal);
    await expect(shaky.create(one, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(provider.idOf?.(one.key)).toBe(id);
    await provider.destroy(id, signal);
    expect((await lab.left()).filter((name) => name.startsWith('port'))).toEqual([]);
  });

  it('leaves alone what is not ours, whatever it is called', async () => {
    const one = wish();
    const { id, addr } = await provider.create(one, signal);
    expect(addr).not.toBeNull();
    await built(provider, id, signal);
    type Listed = { servers: { id: string }[] };
    const path = `/servers?all_tenants=1&project_id=${lab.project}`;
    const { servers } = (await lab.admin.ask('GET', 'compute', path)) as Listed;
    const [server] = servers;
    await lab.admin.ask('PUT', 'compute', `/servers/${server?.id ?? ''}/metadata`, { metadata: {} });
    expect(await provider.list(signal)).toEqual([]);
    expect(await provider.updateStatus(id, signal)).toBeNull();
    await expect(provider.create(one, signal)).rejects.toMatchObject({ message: expect.stringMatching(/not ours/) });
    await lab.admin.ask('DELETE', 'compute', `/servers/${server?.id ?? ''}`);
    await until('the server to be gone', async () => !(await lab.left()).includes(`server ${nameOf(one.key)}`), 60_000);
  });
});
