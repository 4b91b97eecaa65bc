// Holds the embedded PostgreSQL of a data directory, and says so in one line, until it is killed.
import { serviceUser } from '../../../dist/src/db/embedded/service-user.js';
import { startEmbedded } from '../../../dist/src/db/embedded/server.js';

const [dataDir] = process.argv.slice(2);
const log = { info: () => undefined };
const { pid, url } = await startEmbedded({ dataDir, user: await serviceUser(), log });
console.log(JSON.stringify({ pid, url }));
setInterval(() => undefined, 60_000);
