import { describe, expect, test } from '@jest/globals';
import type { ClusterView, Manager } from '../../../../src/datastores/datastore.js';
import { mariadb, mysql } from '../../../../src/datastores/mysql/index.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import type { Plan, Step } from '../../../../src/plan/step.js';
import { Secret } from '../../../../src/shell/secret.js';
import { cluster as anyCluster, node as localNode, show, showPlan } from '../../../support/cluster-view.js';

const kit = { templates: templatesIn() };
const node = (n: number, facts = {}) => ({
  ...localNode(n, { init: 'systemd', osVersion: '13', home: '/home/debian', runDir: '/run', ...facts }),
  addr: `10.0.0.${n}`,
  port: 3306,
});
const names = (plan: Plan) =>
  plan.map((phase) => phase.map((lane) => [lane.node.at(-1), ...lane.steps.map(({ name }) => name)]));
const shown = (steps: readonly Step[]): string => steps.map(show).join('\n\n');

describe.each([
  ['MariaDB', mariadb(kit), ['serve copies of the data'], ['take over the position in the log']],
  ['MySQL', mysql(kit), [], []],
] as const)('plans of %s', (title, manager: Manager, serving, position) => {
  const { plans } = manager;
  const cluster: typeof anyCluster = (nodes, more) =>
    anyCluster(nodes, { version: manager.versions[0] ?? '', ...more });
  const three = cluster([node(1), node(2), node(3)]);
  const everywhere = ['install packages', 'write configuration', 'set up the service'];
  const primary = ['initialise the database', `start ${title}`, 'create users'];
  const joining = ['copy the primary', `start ${title}`, ...position, 'follow the primary'];

  test('prepare: packages, files and service everywhere, then the primary, then its replicas', () => {
    expect(names(plans.prepare(three))).toEqual([
      [
        ['1', ...everywhere],
        ['2', ...everywhere],
        ['3', ...everywhere],
      ],
      [['1', ...primary, ...serving]],
      [
        ['2', ...joining],
        ['3', ...joining],
      ],
    ]);
    expect(names(plans.prepare(cluster([node(1)])))).toEqual([[['1', ...everywhere]], [['1', ...primary]]]);
  });

  test('nodes come and go', () => {
    expect(names(plans.addNodes(three, [node(3)]))).toEqual([
      [...(serving.length > 0 ? [['1', ...serving]] : []), ['3', ...everywhere]],
      [['3', ...joining]],
    ]);
    expect(names(plans.removeNodes(three, [node(3)]))).toEqual([
      [['3', 'keep the service from starting at boot', `stop ${title}`]],
      [['1', 'let go of the replicas that left']],
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

  test('the SQL that makes the users and that makes a replica follow', () => {
    const steps = plans
      .prepare(three)
      .flat()
      .flatMap((lane) => lane.steps);
    const sql = ['create users', 'follow the primary'].map((name) => {
      const [first] = steps.find((step) => step.name === name)?.apply ?? [];
      const stdin = first === undefined || 'kind' in first ? '' : first.stdin;
      return stdin instanceof Secret ? stdin.reveal() : '';
    });
    expect(sql.join('\n')).toMatchSnapshot();
  });

  test.each([
    [[], ''],
    [['galera-4'], ' galera-4'],
  ])('a datastore with the packages %j installs them beside the server', (packages, more) => {
    const text = install(plans.prepare(cluster([node(1)], { packages })));
    expect(text).toMatch(new RegExp(`--no-install-recommends install ${manager.id}-server.*${more}\\)`));
  });

  test('a package of a version in place of the one of any', () => {
    const text = install(plans.prepare(cluster([node(1)], { packages: [`${manager.id}-server=1:2.3-4`] })));
    expect(text).toMatch(new RegExp(`install .*${manager.id}-server=1:2.3-4\\)`));
    expect(text).not.toMatch(new RegExp(`install .*${manager.id}-server `));
  });
  const install = (plan: Plan): string =>
    shown(plan[0]?.[0]?.steps.filter(({ name }) => name === 'install packages') ?? []);

  test('other servers are refused in words', () => {
    const refusal = (facts: object) => () => plans.prepare(cluster([node(1, facts)]));
    const message = `${title} needs a server with Debian or Ubuntu, not`;
    expect(refusal({ os: 'fedora' })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED', message: `${message} fedora` }),
    );
    expect(refusal({ init: 'local' })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED', message: `${message} one of the provider local` }),
    );
    expect(refusal({ os: 'ubuntu' })).not.toThrow();
  });

  test('users that would be somebody else’s are refused', () => {
    const wish: Partial<ClusterView> = { admin: { username: 'root', password: new Secret('x') } };
    expect(() => plans.prepare(cluster([node(1)], wish))).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
