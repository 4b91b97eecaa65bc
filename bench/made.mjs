import { onCleanUp } from './clean-up.mjs';
import { streaming, write } from './database.mjs';

/**
 * One cluster through the public API: from before the mutation is sent until it takes a write, or its replicas stream.
 * @param {import('./api.mjs').Api} api
 * @param {{ name: string, datastoreId: string, size: number }} input
 */
export async function made(api, input) {
  const began = performance.now();
  const { cluster, operation, credentials } = await api.createCluster(input);
  const answered = performance.now() - began;
  const remove = onCleanUp(() => api.deleteCluster(cluster.id));
  await api.succeeded(operation.id);
  const succeeded = performance.now() - began;
  const primary = (await api.ports(cluster.id)).find(({ role }) => role === 'PRIMARY');
  const login = { ...credentials, port: primary.port };
  if (input.size === 1) await write(login);
  else await streaming(login, input.size - 1);
  const took = performance.now() - began;
  const { steps, ...rest } = await api.steps(operation.id);
  await remove();
  return { took, answered, succeeded, operation: rest, steps };
}
