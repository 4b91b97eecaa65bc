import { readFile } from 'node:fs/promises';
import { Api, ApiError } from './api.js';
import { DemoDatastoresDocument } from './documents.js';
import { DemoFailure } from './failure.js';
import type { Place } from './place.js';

/** What answers at the port: nothing yet, something that is not ready, or a control plane that our token opens. */
export type Finding = { readonly kind: 'nothing' | 'starting' } | { readonly kind: 'ready'; readonly api: Api };

/** Looks for a ready control plane at `place`; one that our token does not open is a failure in words. */
export async function probe(place: Place): Promise<Finding> {
  const status = await statusOf(`${place.origin}/readyz`);
  if (status === undefined) return { kind: 'nothing' };
  if (status === 503) return { kind: 'starting' };
  if (status !== 200) throw occupied(place, `${place.origin}/readyz answers ${String(status)}`);
  const token = place.token === '' ? await tokenIn(place.tokenFile) : place.token;
  if (token === undefined) throw occupied(place, `there is no token file ${place.tokenFile}`);
  const api = new Api(place.origin, token);
  try {
    await api.ask(DemoDatastoresDocument, {});
    return { kind: 'ready', api };
  } catch (error) {
    await api.close();
    throw occupied(place, error instanceof ApiError ? error.message : String(error));
  }
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    // Refused: nobody is there. Anything else that is no HTTP answer (a timeout, another protocol) is somebody.
    return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED' ? undefined : 0;
  }
}

async function tokenIn(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DemoFailure(`the token file cannot be read: ${message}`);
  }
}

const occupied = ({ origin, dataDir }: Place, why: string): DemoFailure =>
  new DemoFailure(`${origin} is taken by something that is not the control plane of ${dataDir}: ${why}`, [
    'Choose another port with DTROVE_PORT, or name its data directory with DTROVE_DATA_DIR.',
  ]);
