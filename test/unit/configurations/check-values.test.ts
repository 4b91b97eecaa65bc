import { describe, expect, test } from '@jest/globals';
import { checkValues, knownOf, namedValues } from '../../../src/configurations/check-values.js';
import { nearest } from '../../../src/configurations/nearest.js';
import { loadManagers } from '../../../src/datastores/index.js';
import { DomainError } from '../../../src/errors.js';

const { managerOf } = await loadManagers();
const postgres = knownOf(managerOf('postgres'), '17', 'datastoreId');

function refused(values: Record<string, unknown>): DomainError {
  try {
    checkValues(postgres, values);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('values of a configuration', () => {
  test('are kept in the order of their names, in the engine’s own words', () => {
    const kept = checkValues(postgres, { work_mem: '8MB', autovacuum: 'OFF', max_connections: 300 });
    expect(JSON.stringify(kept)).toBe('{"autovacuum":false,"max_connections":300,"work_mem":"8MB"}');
  });

  test.each([
    [{ work_mem: '1kB' }, 'values.work_mem', /must be from 64 to 2147483647 \(counted in kB\), and 1kB is not/],
    [{ work_mem: 'plenty' }, 'values.work_mem', /must be a whole number, bare or with one of/],
    [{ wal_compression: 'zip' }, 'values.wal_compression', /must be one of pglz, lz4, zstd/],
    [{ autovacuum: 'maybe' }, 'values.autovacuum', /must be true or false/],
    [{ wrok_mem: 1 }, 'values.wrok_mem', /postgres 17 has no such parameter; did you mean work_mem\?/],
    [{ 'no such thing at all': 1 }, 'values.no such thing at all', /no such parameter. `configurationParameters`/],
    [{ port: 1 }, 'values.port', /set by DTrove itself, since it decides who gets in/],
    [{ data_directory: '/x' }, 'values.data_directory', /set by DTrove itself, since it says where files lie/],
    [{ block_size: 8192 }, 'values.block_size', /set by DTrove itself, since it is fixed/],
    [{ search_path: 'a\nb' }, 'values.search_path', /cannot be shown/],
    [{ search_path: 'x'.repeat(5000) }, 'values.search_path', /at most 4096 characters/],
  ])('%j is refused with words', (values, field, words) => {
    const error = refused(values);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(error.message).toMatch(words);
  });

  test('all that is wrong is told at once', () => {
    expect(refused({ work_mem: 1, port: 5, max_connections: 10 }).message).toMatch(
      /^values\.work_mem: .*; values\.port: /,
    );
  });

  test('names are taken in whatever case, but once', () => {
    expect(namedValues(postgres, { TimeZone: 'UTC', WORK_MEM: 1, work_men: 2 })).toEqual({
      timezone: 'UTC',
      work_mem: 1,
      work_men: 2,
    });
    const proto: unknown = JSON.parse('{"__proto__": 1}');
    expect(Object.keys(namedValues(postgres, proto as Record<string, unknown>))).toEqual(['__proto__']);
    expect(() => namedValues(postgres, { work_mem: 1, Work_Mem: 2 })).toThrow(
      /^values.Work_Mem: is given twice, as work_mem too$/,
    );
  });

  test('a version whose parameters nobody knows has no configurations', () => {
    expect(() => knownOf(managerOf('postgres'), '18', 'datastoreId')).toThrow(DomainError);
  });

  test('what may have been meant', () => {
    const names = ['work_mem', 'max_connections', 'wal_level'];
    expect(nearest('max-conections', names)).toBe('max_connections');
    expect(nearest('WORK_MEM', names)).toBe('work_mem');
    expect(nearest('something else', names)).toBeNull();
    expect(nearest('x'.repeat(10_000), names)).toBeNull();
  });
});
