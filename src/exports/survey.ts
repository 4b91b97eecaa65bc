import { z } from 'zod';
import { Cluster } from '../../schema/cluster.js';
import type { Instance } from '../../schema/instance.js';
import type { Platform } from '../clusters/platform.js';
import { reach } from '../clusters/reach.js';
import { loadView, type Loaded } from '../clusters/view.js';
import type { Exporting, Node } from '../datastores/datastore.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import { mask } from '../plan/mask.js';
import type { ByteRemote } from '../remote/remote.js';

const Line = z.union([
  z.object({ version: z.string() }),
  z.object({ database: z.string(), bytes: z.coerce.number(), collation: z.string().nullable() }),
  z.object({ empty: z.string() }),
  z.object({ free: z.number() }),
]);

export interface DatabaseSeen {
  readonly name: string;
  readonly bytes: number;
  readonly collation: string;
}

/** What a running cluster holds, and how much room its primary has. */
export interface Survey {
  readonly version: string;
  readonly databases: readonly DatabaseSeen[];
  /** Of those that were named: without content. */
  readonly empty: readonly string[];
  readonly freeBytes: number;
}

/** Reads what `Exporting.survey` printed. */
export function readSurvey(stdout: string): Survey {
  const lines = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => Line.parse(JSON.parse(line)));
  const version = lines.flatMap((line) => ('version' in line ? [line.version] : []))[0] ?? '';
  return {
    version,
    databases: lines.flatMap((line) =>
      'database' in line ? [{ name: line.database, bytes: line.bytes, collation: line.collation ?? '' }] : [],
    ),
    empty: lines.flatMap((line) => ('empty' in line ? [line.empty] : [])),
    freeBytes: Math.min(...lines.flatMap((line) => ('free' in line ? [line.free] : []))),
  };
}

/** A cluster whose manager can export and import, and its primary, on which all of it is done. */
export interface Ground {
  readonly loaded: Loaded;
  readonly exporting: Exporting;
  readonly primary: Node;
  readonly instance: Instance;
}

/** Throws NOT_FOUND, or NOT_SUPPORTED where its manager knows nothing of exports. */
export async function groundOf(platform: Platform, clusterId: string, db = platform.db.manager): Promise<Ground> {
  const cluster = isId(clusterId) ? await db.findOneBy(Cluster, { id: clusterId }) : null;
  if (cluster === null || cluster.deletedAt !== null)
    throw new DomainError('NOT_FOUND', `there is no cluster ${clusterId}`, { field: 'clusterId' });
  const loaded = await loadView(platform, db, cluster.id);
  const { manager, view, instances } = loaded;
  if (manager.exporting === undefined)
    throw new DomainError('NOT_SUPPORTED', `the manager ${manager.id} has neither exports nor imports`, {
      field: 'clusterId',
    });
  const primary = view.nodes.find(({ role }) => role === 'PRIMARY');
  const instance = instances.find(({ id }) => id === primary?.id);
  if (primary === undefined || instance === undefined)
    throw new DomainError('CONFLICT', `cluster ${cluster.name} has no primary now`, { field: 'clusterId' });
  return { loaded, exporting: manager.exporting, primary, instance };
}

/** Asks the primary what it holds. Throws NOT_SUPPORTED or STEP_FAILED in the words of the server. */
export async function surveyOf(
  { loaded: { view }, exporting, primary }: Ground,
  remote: ByteRemote,
  named: readonly string[],
): Promise<Survey> {
  const { code, stdout, stderr } = await remote.run(exporting.survey(view, primary, named), { timeoutMs: 30_000 });
  if (code === 0) return readSurvey(stdout);
  const words = mask(stderr.trim(), [view.admin.password, view.replication.password]);
  // What a server has not got at all, it says with 3.
  if (code === 3) throw new DomainError('NOT_SUPPORTED', words, { field: 'clusterId' });
  throw new DomainError('STEP_FAILED', `cannot look at the databases on ${primary.name}, exit ${code}: ${words}`);
}

/** The primary over SSH. */
export const remoteOf = (platform: Platform, { instance }: Ground): Promise<ByteRemote> =>
  reach(platform, platform.db.manager, instance);
