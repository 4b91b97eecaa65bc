import { setTimeout as delay } from 'node:timers/promises';
import { onCleanUp } from './clean-up.mjs';
import { createHostKey, createKeyPair, createRemotePool, sh, userData } from './product.mjs';

/**
 * A server by Nova alone, as somebody with curl would make it: from the request until its sshd lets in whom the user-data name.
 * Milliseconds.
 */
export async function byNova(cloud, { image, flavor, network }) {
  const pair = createKeyPair('bench');
  const hostKey = createHostKey();
  const name = `bench-${Date.now()}`;
  const wish = { name, user: 'dtrove', authorizedKey: pair.publicKey, hostKey };
  const server = {
    ...{
      name,
      imageRef: image,
      flavorRef: flavor,
      networks: [{ uuid: network }],
      security_groups: [{ name: 'bench' }],
    },
    user_data: Buffer.from(userData(wish)).toString('base64'),
  };
  const began = performance.now();
  const { id } = (await cloud.ask('POST', 'compute', '/servers', { server })).server;
  const remove = onCleanUp(() => gone(cloud, id));
  const addr = await until(async () => {
    const { server: now } = await cloud.ask('GET', 'compute', `/servers/${id}`);
    if (now.status === 'ERROR') throw new Error(`Nova: ${JSON.stringify(now.fault)}`);
    return now.status === 'ACTIVE' && Object.values(now.addresses)[0]?.[0]?.addr;
  }, 200);
  const active = performance.now() - began;
  const pool = createRemotePool();
  const remote = pool.get({
    ...pair,
    host: addr,
    port: 22,
    user: 'dtrove',
    hostKey: hostKey.publicKey,
    prefix: 'sudo -n',
  });
  await until(
    () =>
      remote.run(sh`true`).then(
        ({ code }) => code === 0,
        () => false,
      ),
    50,
  );
  const took = performance.now() - began;
  await pool.close();
  await remove();
  return { active, took };
}

async function gone(cloud, id) {
  await cloud.ask('DELETE', 'compute', `/servers/${id}`);
  await until(async () => (await cloud.ask('GET', 'compute', `/servers/${id}`)) === null, 250);
}

async function until(probe, pauseMs) {
  for (const end = performance.now() + 600_000; performance.now() < end; await delay(pauseMs)) {
    const found = await probe();
    if (found) return found;
  }
  throw new Error('waited ten minutes in vain');
}
