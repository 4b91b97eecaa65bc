import { describe, expect, it } from '@jest/globals';
import { kindsOf } from '../../../src/operation-kinds.js';
import type { ExportPlatform } from '../../../src/exports/platform.js';

// No kind asks its platform for anything before it is run.
const kinds = [...kindsOf({} as ExportPlatform).values()];
const movesData = (input: Record<string, unknown>) =>
  kinds.filter((kind) => kind.movesData?.({ input }) ?? false).map(({ kind }) => kind);

/** Whatever copies all data of a cluster: a kind that is new says here whether it does. */
const copying = ['cluster.addNode', 'cluster.backup', 'backup.verify', 'cluster.export', 'cluster.import'];
const quick = [
  'cluster.removeNode',
  'cluster.growVolumes',
  'cluster.restart',
  'cluster.delete',
  'cluster.forceDelete',
  'cluster.configure',
  'instance.perform',
  'backup.delete',
  'orphan.reap',
  'host.clean',
];

describe('the longer deadline', () => {
  it('is asked of every kind of operation here', () => {
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(['cluster.create', ...copying, ...quick].sort());
  });

  it.each(copying)('%s has it', (kind) => {
    expect(movesData({})).toContain(kind);
  });

  it.each(quick)('%s has it not', (kind) => {
    expect(movesData({})).not.toContain(kind);
  });

  it('a new cluster has it where it begins with the data of a backup', () => {
    expect(movesData({ restoreFrom: 'an id' })).toContain('cluster.create');
    expect(movesData({ restoreFrom: null })).not.toContain('cluster.create');
    expect(movesData({})).not.toContain('cluster.create');
  });
});
