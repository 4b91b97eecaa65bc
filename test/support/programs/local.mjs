// A worker of the provider local: takes up what there is, makes one server where it is given a wish, and says what it
// serves in one line. Lives until it is killed.
import { local } from '../../../dist/src/providers/local/index.js';
import { Secret } from '../../../dist/src/shell/secret.js';

const [dataDir, wish] = process.argv.slice(2);
const log = { info: () => undefined, warn: (fields, message) => console.error(message, fields) };
const provider = await local.build({ dataDir, env: process.env, log });
await provider.adopt();
const { signal } = new AbortController();
if (wish !== undefined) {
  const { hostKey, ...rest } = JSON.parse(wish);
  await provider.create({ ...rest, hostKey: { ...hostKey, privateKey: new Secret(hostKey.privateKey) } }, signal);
}
console.log(JSON.stringify(await provider.list(signal)));
setInterval(() => undefined, 60_000);
