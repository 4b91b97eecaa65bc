import { median } from './numbers.mjs';
import { ms } from './table.mjs';

const spread = (values) =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}, ${Math.max(...values).toFixed(2)})`;

export const machinesTable = (data) => ({
  title: 'PostgreSQL on three machines, by who does it; each ratio within a round: median (lowest, highest)',
  columns: ['packages', 'by', 'rounds', 'median', 'DTrove : it', 'it : DTrove'],
  rows: data.flatMap(({ packages, rounds, contestants }) =>
    Object.entries(contestants).map(([name, { taken, median: middle }]) => {
      const own = contestants.DTrove.taken;
      const [over, under] = [own.map((time, i) => time / taken[i]), own.map((time, i) => taken[i] / time)];
      return [packages, name, rounds, ms(middle), ...(name === 'DTrove' ? ['', ''] : [spread(over), spread(under)])];
    }),
  ),
});
