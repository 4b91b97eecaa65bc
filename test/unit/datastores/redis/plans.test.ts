import { describe, expect, test } from '@jest/globals';
import type { ClusterView, Manager } from '../../../../src/datastores/datastore.js';
import { redis, valkey } from '../../../../src/datastores/redis/index.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import type { Plan, Step } from '../../../../src/plan/step.js';
import { cluster as anyCluster, node as localNode, show, showPlan } from '../../../support/cluster-view.js';

const kit = { templates: templatesIn() };
const manager = redis(kit);
const { plans } = manager;
const node = (n: number, facts = {}) => ({
  ...localNode(n, { init: 'systemd', osVersion: '13', home: '/home/debian', runDir: '/run', ...facts }),
  addr: `10.0.0.${n}`,
  port: 6379,
});
const cluster: typeof anyCluster = (nodes, more) => anyCluster(nodes, { version: '8', ...more });
const three = cluster([node(1), node(2), node(3)]);
const names = (plan: Plan) =>
  plan.map((phase) => phase.map((lane) => [lane.node.at(-1), ...lane.steps.map(({ name }) => name)]));
const shown = (steps: readonly Step[]): string => steps.map(show).join('\n\n');
const install = (made: Manager, more: Partial<ClusterView>): string => {
  const steps = made.plans.prepare(cluster([node(1)], more))[0]?.[0]?.steps ?? [];
  return shown(steps.filter(({ name }) => name === 'install packages'));
};

describe('plans of Redis and Valkey', () => {
  const everywhere = ['install packages', 'write configuration', 'set up the service'];

  test('prepare: packages, files and service everywhere, then the primary, then its replicas', () => {
    expect(names(plans.prepare(three))).toEqual([
      [
        ['1', ...everywhere],
        ['2', ...everywhere],
        ['3', ...everywhere],
      ],
      [['1', 'start Redis']],
      [
        ['2', 'start Redis', 'follow the primary'],
        ['3', 'start Redis', 'follow the primary'],
      ],
    ]);
    expect(plans.prepare(cluster([node(1)]))).toHaveLength(2);
  });

  test('nodes come and go without their primary', () => {
    expect(names(plans.addNodes(three, [node(3)]))).toEqual([
      [['3', ...everywhere]],
      [['3', 'start Redis', 'follow the primary']],
    ]);
    expect(names(plans.removeNodes(three, [node(3)]))).toEqual([
      [['3', 'keep the service from starting at boot', 'stop Redis']],
    ]);
    const refusal = 'shop-1 is the primary: only replicas are added or removed';
    expect(() => plans.addNodes(three, [node(1)])).toThrow(refusal);
    expect(() => plans.removeNodes(three, [node(1)])).toThrow(refusal);
  });

  test('the commands of prepare', () => {
    expect(showPlan(plans.prepare(cluster([node(1), node(2)])))).toMatchSnapshot();
  });

  test('the commands of removeNodes, start, stop, restart and status', () => {
    const since = new Date('2026-01-02T03:04:05.678Z');
    expect(showPlan(plans.removeNodes(three, [node(3)]))).toMatchSnapshot();
    expect(shown(plans.start(three, node(1)))).toMatchSnapshot();
    expect(shown(plans.stop(three, node(1)))).toMatchSnapshot();
    expect(shown(plans.restart(three, node(1), since))).toMatchSnapshot();
    expect(manager.status(three, node(1)).text).toMatchSnapshot();
  });

  test('Valkey is the same by its own name', () => {
    const alike = (made: Manager) =>
      showPlan(made.plans.prepare(three))
        .replaceAll('(redis|valkey)', 'either')
        .replaceAll(/-eq \d+ /g, '')
        .replaceAll(/redis|valkey/gi, 'name');
    expect(alike(valkey(kit))).toBe(alike(manager));
  });

  test.each([
    [[], 'redis-server'],
    [['redis-sentinel'], 'redis-server redis-sentinel'],
    [['redis-server=5:8.0.2-3'], 'redis-server=5:8.0.2-3'],
  ])('a datastore with the packages %j installs %s', (packages, installed) => {
    expect(install(manager, { packages })).toContain(`--no-install-recommends install ${installed})`);
  });

  test('other servers are refused in words', () => {
    const refusal = (made: Manager, facts: object) => () => made.plans.prepare(cluster([node(1, facts)]));
    expect(refusal(manager, { os: 'fedora' })).toThrow(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: 'Redis needs a server with Debian or Ubuntu, not fedora',
      }),
    );
    expect(refusal(valkey(kit), { init: 'local' })).toThrow(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: 'Valkey needs a server with Debian or Ubuntu, not one of the provider local',
      }),
    );
    expect(refusal(manager, { os: 'ubuntu' })).not.toThrow();
  });
});
