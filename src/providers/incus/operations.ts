import type { IncusApi } from './api.js';
import { instancePath } from './names.js';
import { Refusal } from './refusal.js';
import { Operations } from './shapes.js';

/** Work of Incus's own that is going on. */
export interface Work {
  readonly id: string;
  /** Its words: `Creating instance: Unpack: 45% (120MB/s)`. */
  readonly words: string;
  /** 0 to 100; null where it does not say. */
  readonly percent: number | null;
}

/** What goes on with an instance, whoever asked for it. */
export async function workOn(api: IncusApi, id: string, signal: AbortSignal): Promise<readonly Work[]> {
  const operations = await api.get(Operations, '/operations?recursion=1', signal);
  const path = `/1.0${instancePath(id)}`;
  return [...(operations['pending'] ?? []), ...(operations['running'] ?? [])].flatMap((operation) => {
    const paths = operation.resources?.instances ?? [];
    if (!paths.some((one) => one.split('?')[0] === path)) return [];
    const [said] = Object.entries(operation.metadata ?? {}).flatMap(([name, value]) =>
      name.endsWith('_progress') && typeof value === 'string' && value !== '' ? [value] : [],
    );
    const percent = /(\d+)%/.exec(said ?? '')?.[1];
    return {
      id: operation.id,
      words: said === undefined ? operation.description : `${operation.description}: ${said}`,
      percent: percent === undefined ? null : Number(percent),
    };
  });
}

/** Waits until nothing goes on with an instance any more, however it ended. */
export async function settle(api: IncusApi, id: string, signal: AbortSignal): Promise<void> {
  for (const work of await workOn(api, id, signal)) {
    await api.finish(`/operations/${work.id}`, signal).catch((error: unknown) => {
      // Its outcome shows in what is there now, which is looked at next; it may be forgotten already.
      if (!(error instanceof Refusal)) throw error;
    });
  }
}
