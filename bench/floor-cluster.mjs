import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createAuthority, issueCertificate, quoteSetting, Secret, templatesIn } from './product.mjs';

/**
 * A cluster as its manager sees it, in directories of its own: all that can be made before the clock starts.
 * @param {string} place
 * @param {number} size
 * @param {import('./ground.mjs').Ground} ground
 */
export async function makeCluster(place, size, { user, version }) {
  const places = [];
  for (let i = 1; i <= size; i += 1) {
    const home = join(place, String(i));
    const runDir = join(home, 'run');
    for (const path of [home, runDir]) {
      await mkdir(path, { mode: 0o700 });
      if (user !== null) await chown(path, user.uid, user.gid);
    }
    const facts = { init: 'local', os: '', osVersion: '', cpus: 1, memoryMb: 1024, home, runDir };
    places.push({ addr: '127.0.0.1', port: await freePort(), facts });
  }
  return clusterOf(places, version);
}

/**
 * The cluster that a manager makes of such servers; the first is its primary.
 * @param {readonly { addr: string, port: number, facts: object }[]} places
 * @param {string} version
 */
export async function clusterOf(places, version) {
  const authority = await createAuthority('bench');
  const nodes = [];
  for (const [i, place] of places.entries()) {
    const name = `floor-${i + 1}`;
    const tls = await issueCertificate(authority, { commonName: name, addresses: [place.addr] });
    nodes.push({ ...place, id: randomUUID(), name, role: i === 0 ? 'PRIMARY' : 'REPLICA', tls });
  }
  const password = () => new Secret(randomBytes(24).toString('base64url'));
  const view = {
    id: randomUUID(),
    name: 'floor',
    version,
    packages: [],
    nodes,
    ca: authority.certificate,
    admin: { username: 'admin', password: password() },
    replication: { username: 'replicator', password: password() },
    settings: undefined,
  };
  const [primary, ...replicas] = nodes;
  return { view, primary, replicas, template: templatesIn()('postgres', version, quoteSetting) };
}

/** @returns {Promise<number>} */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
