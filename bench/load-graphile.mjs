// One worker process of graphile-worker, as many jobs at once as a worker of DTrove runs.
import { Logger, run } from 'graphile-worker';

const [connectionString = '', transactions = '1', rows = '1'] = process.argv.slice(2);
const payload = JSON.stringify({ text: 'x'.repeat(800) });
const inserted = Math.ceil(Number(rows) / 2);
const updated = Number(rows) - inserted;

const write = async ({ job }, { withPgClient }) => {
  for (let i = 0; i < Number(transactions); i += 1) {
    await withPgClient(async (client) => {
      await client.query('BEGIN');
      await client.query('INSERT INTO bench_event (job, payload) SELECT $1, $2 FROM generate_series(1, $3)', [
        job,
        payload,
        inserted,
      ]);
      await client.query('UPDATE bench_row SET n = n + 1 WHERE id >= $1 AND id < $1 + $2::int', [
        (job * updated) % 9000,
        updated,
      ]);
      await client.query('COMMIT');
    });
  }
};

await run({
  connectionString,
  concurrency: 10,
  maxPoolSize: 9,
  noHandleSignals: true,
  taskList: { write },
  logger: new Logger(() => (level, message) => level === 'error' && console.error(message)),
});
process.send?.('ready');
