import { flood } from './load-flood.mjs';
import { jobs } from './load-jobs.mjs';
import { locals } from './load-local.mjs';
import { ms } from './table.mjs';

/**
 * What many clusters at once are to the workers and to PostgreSQL, beside graphile-worker with as many writes; and what many
 * real ones, one after another and at once, leave in memory. @param {import('./options.mjs').Options} options
 */
export async function load({ clusters, workers, wakes, locals: count, together }) {
  const floods = [];
  for (const processes of workers) {
    const dtrove = await flood({ clusters, workers: processes, wakes });
    const graphile = await jobs({ jobs: clusters, workers: processes, ...dtrove.writes });
    floods.push({ workers: processes, clusters, ...dtrove, graphile, ratio: graphile.perSecond / dtrove.perSecond });
    console.error(`${processes} worker(s): ${dtrove.perSecond.toFixed(1)} operations/s, ${dtrove.lost} lost`);
  }
  const local = count + together === 0 ? null : await locals({ count, together });
  const tables = [floodTable(floods), peerTable(floods), ...(local === null ? [] : [localTable(local)])];
  return { data: { floods, local }, tables };
}

const rate = (value) => value.toFixed(1);

const floodTable = (floods) => ({
  title: 'Clusters of one node, all asked for at once (CPU: cores that were busy on average)',
  columns: [
    ...['workers', 'clusters', 'asked for in', 'all there in', 'operations/s', 'queued p50', 'queued p99'],
    ...['idle wake-up p50', 'p99', 'CPU of PostgreSQL', 'of the workers', 'of the api', 'lost'],
  ],
  rows: floods.map((one) => [
    ...[one.workers, one.clusters, `${rate(one.asked)} s`, `${rate(one.took)} s`, rate(one.perSecond)],
    ...[ms(one.queued.p50), ms(one.queued.p99), ms(one.wake.p50), ms(one.wake.p99)],
    ...[one.cpu.postgres, one.cpu.workers, one.cpu.api].map((cores) => cores.toFixed(2)),
    one.lost,
  ]),
});

const peerTable = (floods) => ({
  title: 'Beside graphile-worker, whose jobs write as many rows in as many transactions and do nothing else',
  columns: ['workers', 'transactions each', 'rows each', 'DTrove operations/s', 'graphile jobs/s', 'ratio'],
  rows: floods.map(({ workers, writes, perSecond, graphile, ratio }) => [
    ...[workers, rate(writes.transactions), rate(writes.rows), rate(perSecond), rate(graphile.perSecond), rate(ratio)],
  ]),
});

const mb = (value) => `${Math.round(value)} MB`;

const localTable = ({ count, together, took, memory, peak, failed }) => ({
  title: 'Real clusters on the provider local, made and deleted (memory: RSS of the control plane)',
  columns: ['one after another', 'each, median', 'after a tenth', 'at the end', 'at once', 'all in', 'most', 'failed'],
  rows: [
    [...[count, ms(took.each), mb(memory.early), mb(memory.late)], ...[together, ms(took.together), mb(peak), failed]],
  ],
});
