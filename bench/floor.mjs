import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { streaming, write } from './database.mjs';
import { writeFiles } from './floor-files.mjs';
import { shell, stopPostgres } from './floor-processes.mjs';
import { makeCluster } from './floor-cluster.mjs';
import { onCleanUp } from './clean-up.mjs';
import { makePlace } from './place.mjs';
import { baseBackup, createSlotsSql, initialise, layoutOf, psql, rolesSql, slotOf } from './product.mjs';

/**
 * The floor: what has to be done for the database in any case, by a plain script that nothing can interrupt. It runs the
 * manager's own commands (so initdb's options and the texts are the same), each as soon as it can be run and the
 * replicas side by side; but no SSH, no checks, no journal, and waiting that looks every 2 ms.
 * @param {number} size
 * @param {import('./ground.mjs').Ground} ground
 */
export async function floor(size, ground) {
  const { path, remove } = await makePlace();
  const cluster = await makeCluster(path, size, ground);
  const { view, primary, replicas } = cluster;
  const stop = onCleanUp(() => Promise.all(view.nodes.map((node) => stopPostgres(view, node))));
  const run = (node, text, stdin) => shell(ground, node, text, stdin);

  const began = performance.now();
  await Promise.all(view.nodes.map((node) => writeFiles(cluster, node, ground)));
  await run(primary, initialise(view, primary).command.text);
  const initialised = performance.now() - began;
  await start(view, primary, run);
  const slots = replicas.length === 0 ? '' : createSlotsSql(replicas.map(slotOf));
  await run(primary, psql(view, primary).text, rolesSql(view).reveal() + slots);
  const primaryUp = performance.now() - began;
  await Promise.all(
    replicas.map(async (node) => {
      await run(node, baseBackup(view, node).command.text);
      await start(view, node, run);
    }),
  );
  const login = { port: primary.port, username: view.admin.username, password: view.admin.password.reveal() };
  if (size === 1) await write(login);
  else await streaming(login, replicas.length);
  const took = performance.now() - began;

  await stop();
  await remove();
  return { took, initialised, primaryUp };
}

/** Starts it and returns as soon as its lock file says that it takes connections; pg_ctl's own waiting looks every 100 ms. */
async function start(view, node, run) {
  const { conf, log, pid } = layoutOf(view, node);
  await run(node, `exec pg_ctl -D '${conf}' -l '${log}' -s -W start`);
  for (const end = performance.now() + 60_000; performance.now() < end; await delay(2)) {
    const state = (await readFile(pid, 'utf8').catch(() => '')).split('\n')[7] ?? '';
    if (/^(ready|standby)/.test(state)) return;
  }
  throw new Error(`PostgreSQL does not start: ${await readFile(log, 'utf8')}`);
}
