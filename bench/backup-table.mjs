import { median } from './numbers.mjs';
import { ms } from './table.mjs';

const spread = (values) =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}, ${Math.max(...values).toFixed(2)})`;

const mb = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** Speeds are of the data in the server; `DTrove : it` is of them, within a round. */
export const throughputTable = (figures) => ({
  title: `A backup of ${mb(figures.bytes)} (pgbench at scale ${figures.scale}, ${figures.noise} MB of noise), and its restore; each ratio of speeds within a round: median (lowest, highest)`,
  columns: ['what', 'by', 'rounds', 'median', 'MB/s', 'stored', 'DTrove : it', 'aim'],
  rows: ['backup', 'restore'].flatMap((what) => {
    const { rounds, contestants } = figures[what];
    return Object.entries(contestants).map(([name, { taken, median: middle }]) => {
      const speed = Math.round(figures.bytes / 1e3 / middle);
      const ratio = spread(taken.map((time, i) => time / contestants.DTrove.taken[i]));
      const stored = what === 'backup' ? mb(figures.stored[name]) : '';
      return [what, name, rounds, ms(middle), speed, stored, ...(name === 'DTrove' ? ['', ''] : [ratio, '≥0.9'])];
    });
  }),
});

export const memoryTable = ({ memory }) => ({
  title: 'Resident memory of the control plane meanwhile (the rounds in their order, the first one not counted above)',
  columns: ['what', 'before', 'at a tenth', 'at the end', 'most', 'its CPU'],
  rows: Object.entries(memory).flatMap(([what, rounds]) =>
    rounds.map(({ before, early, end, most, cpu }) => [
      what,
      ...[before, early, end, most].map(mb),
      `${cpu.toFixed(1)} s`,
    ]),
  ),
});
