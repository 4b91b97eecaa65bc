import { describe, expect, test } from '@jest/globals';
import { postgres } from '../../../../src/datastores/postgres/index.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import type { Plan, Step } from '../../../../src/plan/step.js';
import { Secret } from '../../../../src/shell/secret.js';
import { cluster, node, show, showPlan } from '../../../support/cluster-view.js';

const { plans } = postgres({ templates: templatesIn() });
const three = cluster([node(1), node(2), node(3)]);
const names = (plan: Plan) =>
  plan.map((phase) => phase.map(({ node, steps }) => [node.at(-1), ...steps.map(({ name }) => name)]));
const step = ([first]: readonly Step[]): string => (first ? show(first) : '');

describe('plans of PostgreSQL', () => {
  test('prepare: files everywhere while the data are made, then the primary, then its replicas', () => {
    expect(names(plans.prepare(three))).toEqual([
      [
        ['1', 'initialise the database'],
        ['1', 'write configuration'],
        ['2', 'write configuration'],
        ['3', 'write configuration'],
      ],
      [['1', 'start PostgreSQL', 'create roles', 'create replication slots']],
      [
        ['2', 'copy the primary', 'start PostgreSQL', 'stream from the primary'],
        ['3', 'copy the primary', 'start PostgreSQL', 'stream from the primary'],
      ],
    ]);
  });

  test('prepare of one node ends with its primary', () => {
    expect(names(plans.prepare(cluster([node(1)])))).toEqual([
      [
        ['1', 'initialise the database'],
        ['1', 'write configuration'],
      ],
      [['1', 'start PostgreSQL', 'create roles']],
    ]);
  });

  test('addNodes: the slots and the new files side by side, then the new replicas; others are left alone', () => {
    expect(names(plans.addNodes(three, [node(3)]))).toEqual([
      [
        ['1', 'create replication slots'],
        ['3', 'write configuration'],
      ],
      [['3', 'copy the primary', 'start PostgreSQL', 'stream from the primary']],
    ]);
  });

  test('the commands of prepare', () => {
    expect(showPlan(plans.prepare(cluster([node(1), node(2)])))).toMatchSnapshot();
  });

  test('the commands of addNodes on the primary', () => {
    expect(step(plans.addNodes(three, [node(2), node(3)])[0]?.[0]?.steps ?? [])).toMatchSnapshot();
  });

  test('the commands of removeNodes', () => {
    expect(showPlan(plans.removeNodes(three, [node(3)]))).toMatchSnapshot();
  });

  test('the commands of start, stop and restart', () => {
    const since = new Date('2026-01-02T03:04:05.678Z');
    expect(step(plans.start(three, node(1)))).toMatchSnapshot();
    expect(step(plans.stop(three, node(1)))).toMatchSnapshot();
    expect(step(plans.restart(three, node(1), since))).toMatchSnapshot();
  });

  test('a primary is neither added nor removed', () => {
    expect(() => plans.removeNodes(three, [node(1)])).toThrow('shop-1 is the primary');
    expect(() => plans.addNodes(three, [node(1)])).toThrow('shop-1 is the primary');
  });

  test('a cluster has one primary', () => {
    expect(() => plans.prepare(cluster([node(2)]))).toThrow('the cluster shop has no primary');
    expect(() => plans.prepare(cluster([node(1), node(1)]))).toThrow('the cluster shop has more than one primary');
  });

  test.each(['postgres', 'pg_boss', 'Admin', 'a"b', ''])('a role cannot be called %j', (username) => {
    const view = cluster([node(1)], { admin: { username, password: new Secret('x') } });
    expect(() => plans.prepare(view)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
