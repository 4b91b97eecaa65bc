import pg from 'pg';
import { onCleanUp } from './clean-up.mjs';
import { makePlace } from './place.mjs';
import { serviceUser, startEmbedded } from './product.mjs';

const silent = { warn: () => undefined, info: () => undefined, error: console.error, debug: () => undefined };

/** A PostgreSQL of the bench's own, for several processes, with as many connections as they may want. */
export async function ownDatabase() {
  const { path } = await makePlace();
  const embedded = await startEmbedded({ dataDir: path, user: await serviceUser(), log: silent });
  const stop = onCleanUp(() => embedded.stop());
  const client = new pg.Client({ connectionString: embedded.url });
  client.on('error', () => undefined);
  await client.connect();
  const close = onCleanUp(() => client.end());
  return {
    path,
    url: embedded.url,
    pid: embedded.pid,
    /** @param {string} text @param {readonly unknown[]} [values] */
    rows: async (text, values = []) => (await client.query(text, [...values])).rows,
    stop: async () => {
      await close();
      await stop();
    },
  };
}
