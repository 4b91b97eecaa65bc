import type { IncusApi } from './api.js';
import { findInstance } from './create.js';
import { instancePath, segment, volumePath } from './names.js';
import { Refusal } from './refusal.js';
import { runs } from './server.js';
import { volumesOf } from './volumes.js';

/** A snapshot's id: the server's, and the name that it was given. */
const idOf = (server: string, name: string): string => `${server}/${name}`;

const split = (id: string): { readonly server: string; readonly name: string } => {
  const [server = '', name = ''] = id.split('/');
  return { server, name };
};

// The last is Incus 6's own, of its database.
const taken = /already exists|already in use|UNIQUE constraint failed/i;

const unlessThere = (error: unknown): void => {
  if (!(error instanceof Refusal) || !(error.status === 409 || taken.test(error.words))) throw error;
};

const unlessGone = (error: unknown): void => {
  if (!(error instanceof Refusal) || error.status !== 404) throw error;
};

/** Where the snapshots of a server are kept: its volumes' first, its own last, which makes the snapshot whole. */
async function parts(api: IncusApi, pool: string, server: string, signal: AbortSignal) {
  const instance = await findInstance(api, server, signal);
  if (instance === null) throw new Refusal(404, 'there is no such server');
  const volumes = volumesOf(instance, pool).map((name) => volumePath(pool, name));
  return { volumes, own: instancePath(server), instance };
}

/** Takes a snapshot of a server's root disk and of its volumes, each as it is at its moment. Returns its id. */
export async function takeSnapshot(
  api: IncusApi,
  pool: string,
  server: string,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const { volumes, own } = await parts(api, pool, server, signal);
  for (const path of [...volumes, own]) {
    await api.change('POST', `${path}/snapshots`, signal, { name }).catch(unlessThere);
  }
  return idOf(server, name);
}

/** Sets a server and its volumes back. One that runs is stopped for it, and started again. */
export async function restoreSnapshot(api: IncusApi, pool: string, id: string, signal: AbortSignal): Promise<void> {
  const { server, name } = split(id);
  const { volumes, own, instance } = await parts(api, pool, server, signal);
  if (instance.status !== 'Stopped')
    await api.change('PUT', `${own}/state`, signal, { action: 'stop', force: true, timeout: 30 });
  for (const path of [...volumes, own]) await api.change('PUT', path, signal, { restore: name });
  if (runs(instance)) await api.change('PUT', `${own}/state`, signal, { action: 'start', timeout: -1 });
}

/** Deletes a snapshot; one that is gone already is no error. */
export async function dropSnapshot(api: IncusApi, pool: string, id: string, signal: AbortSignal): Promise<void> {
  const { server, name } = split(id);
  if ((await findInstance(api, server, signal)) === null) return;
  const { volumes, own } = await parts(api, pool, server, signal);
  // Its own last: as long as that is there, the snapshot can be named and deleted again.
  for (const path of [...volumes, own]) {
    await api.change('DELETE', `${path}/snapshots/${segment(name)}`, signal).catch(unlessGone);
  }
}
