import { randomUUID } from 'node:crypto';
import type { Provider, Server, ServerWish } from '../../../src/providers/provider.js';
import { createHostKey, createKeyPair } from '../../../src/remote/keys.js';
import { until } from '../../support/until.js';
import type { Lab } from './lab.js';

const keys = createKeyPair('the cluster');

export const wishFor = ({ image, env }: Lab, more: Partial<ServerWish> = {}): ServerWish => ({
  key: randomUUID(),
  name: 'db-1',
  clusterId: randomUUID(),
  flavor: env['DTROVE_OPENSTACK_FLAVOR'] ?? '',
  image,
  user: 'dtrove',
  authorizedKey: keys.publicKey,
  hostKey: createHostKey(),
  databasePort: 5432,
  ...more,
});

/** A server's state when its building has ended, and all that was seen on the way. */
export async function built(provider: Provider, id: string, signal: AbortSignal): Promise<readonly Server[]> {
  const seen: Server[] = [];
  await until(
    'the server to be built',
    async () => {
      const server = await provider.updateStatus(id, signal);
      if (server === null) throw new Error(`there is no server ${id}`);
      seen.push(server);
      return server.state !== 'BUILD';
    },
    120_000,
  );
  return seen;
}
