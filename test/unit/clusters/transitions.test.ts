import { describe, expect, it } from '@jest/globals';
import { ClusterStatus } from '../../../schema/enums.js';
import { assertMove } from '../../../src/clusters/transitions.js';

/** Written out once more, so that no move appears or vanishes unseen. */
const legal = [
  'SPAWNING → ACTIVE',
  'SPAWNING → ERROR',
  'SPAWNING → DELETING',
  'ACTIVE → UPDATING',
  'ACTIVE → DEGRADED',
  'ACTIVE → ERROR',
  'ACTIVE → DELETING',
  'DEGRADED → ACTIVE',
  'DEGRADED → UPDATING',
  'DEGRADED → ERROR',
  'DEGRADED → DELETING',
  'UPDATING → ACTIVE',
  'UPDATING → DEGRADED',
  'UPDATING → ERROR',
  'UPDATING → DELETING',
  'ERROR → SPAWNING',
  'ERROR → UPDATING',
  'ERROR → ACTIVE',
  'ERROR → DEGRADED',
  'ERROR → DELETING',
  'DELETING → DELETED',
  'DELETING → ERROR',
];

const statuses = Object.values(ClusterStatus);
const moves = statuses.flatMap((from) => statuses.map((to) => [`${from} → ${to}`, from, to] as const));

describe('a cluster', () => {
  it.each(moves.filter(([name]) => legal.includes(name)))('may go %s', (_name, from, to) => {
    expect(() => {
      assertMove(from, to);
    }).not.toThrow();
  });

  it.each(moves.filter(([name, from, to]) => from !== to && !legal.includes(name)))(
    'may not go %s',
    (_name, from, to) => {
      expect(() => {
        assertMove(from, to);
      }).toThrow(`a cluster cannot go from ${from} to ${to}`);
    },
  );

  it.each(statuses)('may stay %s', (status) => {
    expect(() => {
      assertMove(status, status);
    }).not.toThrow();
  });

  it('can be deleted from wherever it is, but from where it is gone', () => {
    const from = statuses.filter((status) => legal.includes(`${status} → DELETING`));
    expect(from.sort()).toEqual(['ACTIVE', 'DEGRADED', 'ERROR', 'SPAWNING', 'UPDATING']);
  });
});
