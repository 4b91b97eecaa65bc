import { describe, expect, test } from '@jest/globals';
import { settingsText } from '../../../../src/datastores/postgres/files.js';
import { postgres } from '../../../../src/datastores/postgres/index.js';
import { quoteSetting } from '../../../../src/datastores/postgres/quoting.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import type { ClusterView } from '../../../../src/datastores/datastore.js';
import type { Plan, Step } from '../../../../src/plan/step.js';
import { cluster, node as localNode, show, showPlan } from '../../../support/cluster-view.js';

const manager = postgres({ templates: templatesIn() });
const { plans } = manager;
const node = (n: number, facts = {}) => ({
  ...localNode(n, { init: 'systemd', osVersion: '13', home: '/home/debian', runDir: '/run', ...facts }),
  addr: `10.0.0.${n}`,
  port: 5432,
});
const three = cluster([node(1), node(2), node(3)]);
const names = (plan: Plan) =>
  plan.map((phase) => phase.map((lane) => [lane.node.at(-1), ...lane.steps.map(({ name }) => name)]));
const shown = (steps: readonly Step[]): string => steps.map(show).join('\n\n');
const install = (more: Partial<ClusterView>): string => {
  const steps = plans.prepare(cluster([node(1)], more))[0]?.[0]?.steps ?? [];
  return shown(steps.filter(({ name }) => /package|repository/.test(name)));
};

describe('plans of PostgreSQL on Debian and Ubuntu', () => {
  test('prepare: packages, files and service everywhere, then the primary, then its replicas', () => {
    const everywhere = ['install packages', 'write configuration', 'set up the service'];
    expect(names(plans.prepare(three))).toEqual([
      [
        ['1', ...everywhere],
        ['2', ...everywhere],
        ['3', ...everywhere],
      ],
      [['1', 'initialise the database', 'start PostgreSQL', 'create roles', 'create replication slots']],
      [
        ['2', 'copy the primary', 'start PostgreSQL', 'stream from the primary'],
        ['3', 'copy the primary', 'start PostgreSQL', 'stream from the primary'],
      ],
    ]);
    expect(names(plans.addNodes(three, [node(3)]))[0]).toEqual([
      ['1', 'create replication slots'],
      ['3', ...everywhere],
    ]);
  });

  test('the commands of prepare', () => {
    expect(showPlan(plans.prepare(cluster([node(1), node(2)])))).toMatchSnapshot();
  });

  test('postgresql.conf', () => {
    const template = templatesIn()('postgres', '17', quoteSetting);
    expect(settingsText(template, three, node(2))).toMatchSnapshot();
  });

  test('the commands of removeNodes, start, stop, restart and status', () => {
    const since = new Date('2026-01-02T03:04:05.678Z');
    expect(showPlan(plans.removeNodes(three, [node(3)]))).toMatchSnapshot();
    expect(shown(plans.start(three, node(1)))).toMatchSnapshot();
    expect(shown(plans.stop(three, node(1)))).toMatchSnapshot();
    expect(shown(plans.restart(three, node(1), since))).toMatchSnapshot();
    expect(manager.status(three, node(1)).text).toMatchSnapshot();
  });

  test('the version decides where everything is', () => {
    const text = showPlan(plans.prepare({ ...three, version: '15' }));
    expect(text).toContain('/usr/lib/postgresql/15/bin/initdb -D /var/lib/postgresql/15/dtrove.new');
    expect(text).toContain('systemctl start');
    expect(text).not.toContain('17');
  });

  test.each([
    [[], 'postgresql-17'],
    [['postgresql-17-pgvector'], 'postgresql-17 postgresql-17-pgvector'],
    [['postgresql-17=17.4-1', 'pgbadger'], 'postgresql-17=17.4-1 pgbadger'],
  ])('a datastore with the packages %j installs %s', (packages, installed) => {
    expect(install({ packages })).toContain(`--no-install-recommends install ${installed})`);
  });

  test('the archive of PostgreSQL’s project, where it is wished', () => {
    expect(install({ settings: { repository: 'pgdg' } })).toMatchSnapshot();
  });

  test('other systems are refused in words', () => {
    expect(() => plans.prepare(cluster([node(1, { os: 'fedora' })]))).toThrow(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: 'PostgreSQL needs a server with Debian or Ubuntu, not fedora',
      }),
    );
    expect(() => plans.prepare(cluster([node(1, { os: 'ubuntu' })]))).not.toThrow();
  });
});
