import { describe, expect, test } from '@jest/globals';
import { knownOf } from '../../../src/configurations/check-values.js';
import { turnsOf } from '../../../src/configurations/plan.js';
import { loadManagers } from '../../../src/datastores/index.js';
import type { ClusterView } from '../../../src/datastores/datastore.js';
import { cluster, node } from '../../support/cluster-view.js';

const manager = (await loadManagers()).managerOf('postgres');
const { knowledge, catalogue } = knownOf(manager, '17', 'x');

type Parameters = Readonly<Record<string, string | number | boolean>>;
const nodes = [node(1), node(2), node(3)];
const view = (parameters: Parameters, of = nodes): ClusterView =>
  cluster(of, { settings: manager.Settings.parse({ parameters }) });

function plan(before: Parameters, after: Parameters, { of = nodes, back = false } = {}) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const { turns, reason } = turnsOf({ knowledge, catalogue, names }, view(before, of), view(after, of), back);
  const words = turns.map(({ node: { name }, restart, changes }) =>
    [
      name.at(-1),
      restart ? 'restart' : 'reload',
      ...changes.map(({ parameter, from, to }) => `${parameter.name} ${from} ${to}`),
    ].join(' '),
  );
  return { words, reason, lowers: turns.map(({ lowers }) => lowers) };
}

describe('the order of the nodes', () => {
  test('replicas first where nothing speaks against it; a reload where that is enough', () => {
    const { words, reason } = plan({}, { work_mem: '8MB' });
    expect(words).toEqual(['2 reload work_mem 4MB 8MB', '3 reload work_mem 4MB 8MB', '1 reload work_mem 4MB 8MB']);
    expect(reason).toMatch(/^replicas first/);
  });

  test('a restart where one of the parameters needs it', () => {
    const { words } = plan({}, { work_mem: '8MB', shared_buffers: '64MB' }, { of: [node(1)] });
    expect(words).toEqual(['1 restart shared_buffers 32MB 64MB work_mem 4MB 8MB']);
  });

  test('more of a limit: the replicas have it before the primary', () => {
    const { words, lowers } = plan({}, { max_connections: 60 });
    expect(words.map((text) => text[0])).toEqual(['2', '3', '1']);
    expect(lowers).toEqual([false, false, false]);
  });

  test('less of a limit: the primary has it first, and the replicas hear of it', () => {
    const { words, reason, lowers } = plan({ max_connections: 60 }, {});
    expect(words).toEqual([
      '1 restart max_connections 60 50',
      '2 restart max_connections 60 50',
      '3 restart max_connections 60 50',
    ]);
    expect(reason).toMatch(/^the primary first.*max_connections/);
    expect(lowers).toEqual([true, false, false]);
  });

  test('both at once: no replica ever has less than the primary', () => {
    const { words } = plan({ max_worker_processes: 12 }, { max_connections: 60, max_worker_processes: 9 });
    expect(words).toEqual([
      '2 restart max_connections 50 60',
      '3 restart max_connections 50 60',
      '1 restart max_connections 50 60 max_worker_processes 12 9',
      '2 restart max_worker_processes 12 9',
      '3 restart max_worker_processes 12 9',
    ]);
  });

  test('back: the primary first, unless its replicas need more before it', () => {
    expect(plan({ shared_buffers: '64MB' }, {}, { back: true }).words[0]).toMatch(/^1/);
    expect(plan({}, { max_connections: 60 }, { back: true }).words[0]).toMatch(/^2/);
  });

  test('the same value in other words is no change', () => {
    expect(plan({ work_mem: '4MB' }, { work_mem: 4096 }).words).toEqual(['2 reload', '3 reload', '1 reload']);
    expect(plan({}, { max_connections: '50', autovacuum: 'on' }).words[0]).toBe('2 reload');
  });

  test('what is taken out falls back to what the template says, else to the engine’s own', () => {
    expect(plan({ statement_timeout: '5s', work_mem: '8MB' }, {}, { of: [node(1)] }).words).toEqual([
      '1 reload statement_timeout 5s null work_mem 8MB 4MB',
    ]);
  });
});
