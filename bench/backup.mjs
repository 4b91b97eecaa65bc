import { contest } from './contest.mjs';
import { backupGround } from './backup-ground.mjs';
import { byHand, pgBackRest } from './backup-peers.mjs';
import { memoryTable, throughputTable } from './backup-table.mjs';
import { openLab } from './lab.mjs';
import { watchMemory } from './memory.mjs';
import { missing } from './tools.mjs';

const back = `mutation ($clusterId: ID!) { createBackup(input: { clusterId: $clusterId }) { backup { id } operation { id } } }`;
const restore = `mutation ($backupId: ID!, $name: String!) {
  restoreBackup(input: { backupId: $backupId, name: $name, flavor: "bench" }) { cluster { id } operation { id } }
}`;
const forget = `mutation ($id: ID!) { deleteBackup(id: $id) { operation { id } } }`;

/** A backup of a server of the lab and its restore, beside what is done by hand and pgBackRest. @param {import('./options.mjs').Options} options */
export async function backup({ rounds = 3, scale, noise = 5 * scale }) {
  if ((await missing(['ssh'])).length > 0) return { data: null, tables: [] };
  const lab = await openLab();
  if (lab === null) return { data: null, tables: [] };
  const ground = await backupGround(lab, { scale, noise });
  const peers = { 'by hand': byHand(ground), pgBackRest: await pgBackRest(ground) };
  const { plane, api } = ground;
  const own = dtrove(api, ground.clusterId);
  const memory = { backup: [], restore: [] };
  const watched = (what, work) => async () => {
    const watch = watchMemory(plane.pid);
    const { took, from, until } = await work();
    memory[what].push(watch.stop(from, until));
    return took;
  };
  const takes = { DTrove: watched('backup', own.take), ...each(peers, 'take') };
  const restores = { DTrove: watched('restore', own.restore), ...each(peers, 'restore') };
  const data = {
    ...{ scale, noise, bytes: ground.bytes },
    backup: await contest('backup', takes, rounds),
    stored: { DTrove: await own.stored(), ...(await sizes(peers)) },
    restore: await contest('restore', restores, rounds),
    memory,
  };
  await own.remove();
  return { data, tables: [throughputTable(data), memoryTable(data)] };
}

async function sizes(peers) {
  const found = {};
  for (const [name, peer] of Object.entries(peers)) found[name] = await peer.stored();
  return found;
}

const each = (peers, what) => Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, peer[what]]));

/** As a client of the API has it; of a restore the step that moves the data, as servers are made in it too. */
function dtrove(api, clusterId) {
  let last = null;
  const remove = async () => {
    if (last === null) return;
    const { deleteBackup } = await api.ask(forget, { id: last });
    await api.succeeded(deleteBackup.operation.id);
    last = null;
  };
  let restored = 0;
  return {
    remove,
    async stored() {
      const { backup } = await api.ask('query ($id: ID!) { backup(id: $id) { size } }', { id: last });
      return Number(backup.size);
    },
    async take() {
      await remove();
      const from = Date.now();
      const { createBackup } = await api.ask(back, { clusterId });
      await api.succeeded(createBackup.operation.id);
      const until = Date.now();
      last = createBackup.backup.id;
      return { took: until - from, from, until };
    },
    async restore() {
      restored += 1;
      const { restoreBackup } = await api.ask(restore, { backupId: last, name: `again-${restored}` });
      await api.succeeded(restoreBackup.operation.id);
      const { steps } = await api.steps(restoreBackup.operation.id);
      const { startedAt, finishedAt } = steps.find(({ name }) => name === 'restore the data');
      const [from, until] = [Date.parse(startedAt), Date.parse(finishedAt)];
      await api.deleteCluster(restoreBackup.cluster.id);
      return { took: until - from, from, until };
    },
  };
}
