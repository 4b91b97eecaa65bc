import type { ImportExportInput } from '../../schema/export-inputs.js';
import { ImportConflict } from '../../schema/export-inputs.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import { change, lockServing, payloadOf } from '../clusters/change.js';
import { parseWish } from '../clusters/wishes.js';
import { DomainError } from '../errors.js';
import type { Operations } from '../operations/operations.js';
import type { ExportPlatform } from './platform.js';
import { openSource, type Source, type SourceDump } from './source.js';
import { groundOf, remoteOf, surveyOf, type Ground, type Survey } from './survey.js';
import { isOlder } from './versions.js';
import { ImportWish } from './wishes.js';

type Wish = Omit<ReturnType<typeof ImportWish.parse>, 'idempotencyKey'>;

/** A dump of the source, by its place there, and the database that it becomes. */
export interface Wanted {
  readonly dump: number;
  readonly name: string;
  readonly replace: boolean;
}

/** Records the operation that imports a file. What can be told of it without reading all of it is refused before that. */
export async function importExport(
  platform: ExportPlatform,
  operations: Operations,
  input: ImportExportInput,
): Promise<ClusterOperationPayload> {
  const { idempotencyKey, ...wish } = parseWish(ImportWish, input);
  // Before the transaction: it reads the file, and asks the server.
  const [planned] = await Promise.allSettled([plan(platform, wish)]);
  return change(platform, operations, {
    mutation: 'importExport',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const locked = await lockServing(tx, wish.clusterId, 'clusterId');
      if (planned.status === 'rejected') throw planned.reason;
      const { exportId = null, uploadId = null, onConflict, includeUsers } = wish;
      const work = { clusterId: locked.id, exportId, uploadId, onConflict, includeUsers, databases: planned.value };
      return payloadOf(
        locked,
        await operations.create(tx, { kind: 'cluster.import', clusterId: locked.id, input: work }),
      );
    },
  });
}

const refuse = (field: string, words: string): never => {
  throw new DomainError('BAD_USER_INPUT', `${field}: ${words}`, { field });
};

async function plan(platform: ExportPlatform, wish: Wish): Promise<Wanted[]> {
  const ground = await groundOf(platform, wish.clusterId);
  const source = await openSource(platform.db.manager, platform.exportFiles, wish);
  const field = wish.uploadId == null ? 'exportId' : 'uploadId';
  const { exporting, loaded } = ground;
  if (source.engine !== loaded.manager.id)
    refuse(field, `${source.title} is of ${source.engine}, and the cluster runs ${loaded.manager.id}`);
  if (wish.includeUsers && source.users === null)
    refuse('includeUsers', `${source.title} has no users: they were not asked for when it was made`);
  if (wish.includeUsers && exporting.makeUsers === undefined)
    refuse('includeUsers', `${loaded.manager.id} has no users but DTrove's own`);
  const named = namesOf(source, ground, wish);
  const survey = await surveyOf(
    ground,
    await remoteOf(platform, ground),
    named.map(({ name }) => name),
  );
  if (source.version !== null && isOlder(survey.version, source.version, exporting.versionNumbers))
    refuse(
      field,
      `${source.title} is of version ${source.version}, and the cluster runs ${survey.version}: it has to be the same or a newer one`,
    );
  const wanted = settleConflicts(named, survey, wish.onConflict);
  assertRoom(
    wanted.map(({ dump }) => source.dumps[dump]),
    survey,
  );
  return wanted;
}

type Named = Omit<Wanted, 'replace'>;

/** Which dumps, and what their databases are going to be called. */
function namesOf({ dumps, title }: Source, { exporting: { whole } }: Ground, { databases }: Wish): Named[] {
  if (whole !== null) {
    if (databases != null) refuse('databases', 'it is imported as a whole; leave it out');
    return [{ dump: 0, name: whole }];
  }
  const [only] = dumps;
  if (dumps.length === 1 && only?.tables === null) {
    const [name = only.name, ...more] = databases ?? [];
    if (name === null || more.length > 0)
      return refuse('databases', `${title} is a dump of one database: give the one name that it gets`);
    return [{ dump: 0, name }];
  }
  const all = dumps.map(({ name }, dump) => ({ dump, name: name ?? '' }));
  const missing = databases?.find((name) => !all.some((one) => one.name === name));
  if (missing !== undefined)
    refuse(
      'databases',
      `${title} has no database ${JSON.stringify(missing)}; it has: ${all.map(({ name }) => name).join(', ')}`,
    );
  return all.filter(({ name }) => databases?.includes(name) ?? true);
}

/** A database without content is in nobody's way. */
function settleConflicts(named: readonly Named[], survey: Survey, onConflict: ImportConflict): Wanted[] {
  const there = new Set(survey.databases.map(({ name }) => name));
  const full = named.filter(({ name }) => there.has(name) && !survey.empty.includes(name));
  if (full.length > 0 && onConflict === ImportConflict.FAIL)
    throw new DomainError(
      'CONFLICT',
      `the cluster has ${full.map(({ name }) => JSON.stringify(name)).join(', ')} already; nothing was imported. Give onConflict REPLACE or SKIP, or import into another cluster`,
      { field: 'onConflict' },
    );
  const wanted = onConflict === ImportConflict.SKIP ? named.filter((one) => !full.includes(one)) : named;
  return wanted.map(({ dump, name }) => ({ dump, name, replace: there.has(name) }));
}

/** How much more than its dump a database takes, where nobody knows: SQL is about as large, what is compressed is not. */
const growth = { CUSTOM: 6, PLAIN: 1.5, RDB: 1.5 } as const;

function assertRoom(dumps: readonly (SourceDump | undefined)[], { freeBytes }: Survey): void {
  const known = dumps.filter((dump) => dump !== undefined);
  const databases = known.reduce(
    (sum, { bytes, size, format }) => sum + (bytes > 0 && format !== 'RDB' ? bytes : size * growth[format]),
    0,
  );
  const needed = known.reduce((sum, { size }) => sum + size, databases);
  if (needed <= freeBytes) return;
  const mb = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;
  throw new DomainError(
    'NO_CAPACITY',
    `the server has no room for it: dumps and databases take about ${mb(needed)}, and ${mb(freeBytes)} are free`,
    { field: 'clusterId' },
  );
}
