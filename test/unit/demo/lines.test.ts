import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { LineView, nodeLine, stepLine } from '../../../src/demo/lines.js';
import { node, step } from './samples.js';

describe('a step as a plain line', () => {
  test.each([
    [step({ status: 'PENDING' }), undefined],
    [step(), undefined],
    [step({ attempts: 2 }), 'start postgresql: attempt 2'],
    [step({ status: 'DONE', finishedAt: '2030-01-01T00:00:01.250Z' }), 'start postgresql  1.25 s'],
    [step({ status: 'DONE', startedAt: null }), 'start postgresql'],
    [step({ status: 'SKIPPED' }), 'start postgresql: skipped'],
    [step({ status: 'FAILED', message: 'no space left' }), 'start postgresql: FAILED no space left'],
  ])('%#', (event, line) => {
    expect(stepLine(event)).toBe(line);
  });
});

test('a server in error says why', () => {
  expect(nodeLine(node({ serverStatus: 'BUILD' }))).toBe('server build');
  expect(nodeLine(node({ serverStatus: 'ERROR', message: 'no valid host' }))).toBe('server error: no valid host');
});

describe('the view for pipes', () => {
  const viewed = (slowMs?: number) => {
    const out = new PassThrough({ encoding: 'utf8' });
    return { view: new LineView(out, 8, slowMs), written: () => (out.read() ?? '') as string };
  };
  const done = step({ status: 'DONE', finishedAt: '2030-01-01T00:00:00.500Z' });

  test('says each thing once, also when a subscription replays', () => {
    const { view, written } = viewed();
    view.node(node({ serverStatus: 'ACTIVE' }));
    view.step('demo-1', step());
    view.step('demo-1', done);
    view.node(node({ serverStatus: 'ACTIVE', progress: 50 }));
    view.step('demo-1', step());
    view.step('demo-1', done);
    view.end();
    expect(written()).toBe('  demo-1    server active\n  demo-1    start postgresql  0.50 s\n');
  });

  test('names a step that takes long while it runs', async () => {
    const { view, written } = viewed(10);
    view.step('demo-1', step());
    await sleep(60);
    view.end();
    expect(written()).toBe('  demo-1    start postgresql …\n');
  });

  test('and none that has ended, or when all is over', async () => {
    const { view, written } = viewed(10);
    view.step('demo-1', step());
    view.step('demo-1', done);
    view.step('demo-1', step({ id: 's2' }));
    view.end();
    await sleep(60);
    expect(written()).not.toContain('…');
  });
});
