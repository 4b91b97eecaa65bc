import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { connectionString } from '../../../src/demo/connection.js';
import { failureOf } from '../../../src/demo/follow.js';
import { tailOf } from '../../../src/demo/log-tail.js';
import { step } from './samples.js';

test('the connection string carries any password', () => {
  const endpoint = { role: 'PRIMARY', host: '127.0.0.1', port: 15432, uri: '' } as const;
  const uri = connectionString(endpoint, { username: 'admin', password: 'p@ss/w%rd:?', database: null });
  expect(uri).toBe('postgresql://admin:p%40ss%2Fw%25rd%3A%3F@127.0.0.1:15432/postgres?sslmode=require');
});

describe('the reason of a failure', () => {
  const operation = { id: 'o1', status: 'FAILED', progress: 40, message: 'failed', steps: [] } as const;
  const failed = step({ status: 'FAILED', message: 'no space left' });

  test('names the step, its node and its words', () => {
    const error = { code: 'STEP_FAILED', message: 'a step failed' };
    const { message, details } = failureOf({ ...operation, error, steps: [step({ id: 's0' }), failed] });
    expect(message).toBe('the operation failed: STEP_FAILED: a step failed');
    expect(details).toEqual(['Step "start postgresql" on demo-1 failed: no space left']);
  });

  test('and says nothing twice', () => {
    const error = { code: 'STEP_FAILED', message: 'start postgresql on demo-1: no space left' };
    expect(failureOf({ ...operation, error, steps: [failed] }).details).toEqual([]);
  });

  test('a cancelled operation is called so', () => {
    expect(failureOf({ ...operation, status: 'CANCELLED', error: null }).message).toContain('was cancelled');
  });
});

describe('the end of a log', () => {
  test('is words, not JSON', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dtrove-log-'));
    const path = join(directory, 'demo.log');
    writeFileSync(
      path,
      '{"level":50,"msg":"the port is taken","err":{"message":"EADDRINUSE"}}\nplain words\n{broken\n',
    );
    expect(tailOf(path)).toEqual(['the port is taken: EADDRINUSE', 'plain words', '{broken', `The whole log: ${path}`]);
    rmSync(directory, { recursive: true });
  });

  test('of a log that never was is nothing', () => {
    expect(tailOf('/nowhere/demo.log')).toEqual([]);
  });
});
