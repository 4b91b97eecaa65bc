import { describe, expect, test } from '@jest/globals';
import { barLine } from '../../../src/demo/bars.js';
import { rowOfNode, rowOfOperation, rowOfStep, type Row } from '../../../src/demo/rows.js';
import { node, step } from './samples.js';

const row: Row = { name: 'demo-1', progress: 50, mood: 'working', text: 'start postgresql' };

describe('a node as a bar', () => {
  test('shows name, progress and step', () => {
    expect(barLine(row, 8, 80, false)).toBe(`  demo-1    ${'█'.repeat(12)}${'░'.repeat(12)}  50%  start postgresql`);
  });

  test.each([20, 40, 60, 80, 200])('stays on one line of %d columns as far as its bar allows', (columns) => {
    const line = barLine({ ...row, text: 'a long\nerror message '.repeat(20) }, 8, columns, false);
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(Math.max(columns, 45));
  });

  test.each([
    [-5, 0],
    [0, 0],
    [100, 24],
    [140, 24],
  ])('%d percent fill %d cells', (progress, cells) => {
    expect(barLine({ ...row, progress }, 8, 80, false).match(/█/g)?.length ?? 0).toBe(cells);
  });

  test('colours only where they are wanted', () => {
    expect(barLine(row, 8, 80, true)).toContain('\u001b[36m');
    expect(barLine(row, 8, 80, false)).not.toContain('\u001b');
  });
});

describe('what a row shows', () => {
  test('first the server, then the steps, then the role', () => {
    const building = rowOfNode(undefined, node({ serverStatus: 'BUILD', progress: 5 }));
    expect(building).toMatchObject({ mood: 'waiting', text: 'server build', progress: 5 });
    const working = rowOfStep(building, step());
    expect(working).toMatchObject({ mood: 'working', text: 'start postgresql' });
    expect(rowOfNode(working, node({ serverStatus: 'ACTIVE', progress: 60 }))).toMatchObject({
      text: 'start postgresql',
      progress: 60,
    });
    expect(rowOfNode(working, node({ serverStatus: 'ACTIVE', progress: 100, role: 'PRIMARY' }))).toMatchObject({
      mood: 'ready',
      text: 'primary, ready',
    });
  });

  test('a failed step stays in sight', () => {
    const failed = rowOfStep(row, step({ status: 'FAILED', message: 'no space left' }));
    expect(failed).toMatchObject({ mood: 'failed', text: 'start postgresql: no space left' });
    expect(rowOfNode(failed, node({ serverStatus: 'ACTIVE', progress: 60 }))).toMatchObject({ mood: 'failed' });
  });

  test('a second attempt is named', () => {
    expect(rowOfStep(row, step({ attempts: 3 })).text).toBe('start postgresql (attempt 3)');
  });

  test('the whole says what is done now, and how it ended', () => {
    const operation = { id: 'o1', status: 'RUNNING', progress: 40, message: 'connect', error: null } as const;
    expect(rowOfOperation('demo', operation)).toEqual({ name: 'demo', progress: 40, mood: 'working', text: 'connect' });
    expect(rowOfOperation('demo', { ...operation, status: 'QUEUED', message: '' })).toMatchObject({ text: 'queued' });
    expect(rowOfOperation('demo', { ...operation, status: 'FAILED' })).toMatchObject({ mood: 'failed' });
  });

  test('a deleted server is through', () => {
    expect(rowOfNode(row, node({ serverStatus: 'DELETED' }))).toMatchObject({ progress: 100, text: 'deleted' });
  });

  test('a server in error says why', () => {
    expect(rowOfNode(row, node({ serverStatus: 'ERROR', message: 'no valid host' }))).toMatchObject({
      mood: 'failed',
      text: 'no valid host',
    });
  });
});
