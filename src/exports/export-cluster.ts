import type { EntityManager } from 'typeorm';
import { Export, ExportFormat, ExportStatus } from '../../schema/export.js';
import type { ExportClusterInput } from '../../schema/export-inputs.js';
import { ExportClusterPayload } from '../../schema/export-payloads.js';
import { change, lockServing, payloadOf } from '../clusters/change.js';
import { parseWish } from '../clusters/wishes.js';
import { DomainError } from '../errors.js';
import { newId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import type { ExportPlatform } from './platform.js';
import { groundOf, remoteOf, surveyOf, type Survey } from './survey.js';
import { ExportWish } from './wishes.js';

type Wish = Omit<ReturnType<typeof ExportWish.parse>, 'idempotencyKey'>;

interface Planned {
  readonly engine: string;
  readonly version: string;
  readonly format: ExportFormat;
  readonly databases: readonly string[];
}

/** Records an export and the operation that makes it. What can be told to be impossible is refused before that. */
export async function exportCluster(
  platform: ExportPlatform,
  operations: Operations,
  input: ExportClusterInput,
): Promise<ExportClusterPayload> {
  const { idempotencyKey, ...wish } = parseWish(ExportWish, input);
  // Before the transaction: it asks the server.
  const [planned] = await Promise.allSettled([plan(platform, wish)]);
  const { cluster, operation } = await change(platform, operations, {
    mutation: 'exportCluster',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const locked = await lockServing(tx, wish.clusterId, 'clusterId');
      if (planned.status === 'rejected') throw planned.reason;
      const { engine, version, format, databases } = planned.value;
      const id = newId();
      const work = { clusterId: locked.id, exportId: id, databases, format, includeUsers: wish.includeUsers };
      const made = await operations.create(tx, { kind: 'cluster.export', clusterId: locked.id, input: work });
      await tx.insert(Export, {
        id,
        clusterId: locked.id,
        operationId: made.id,
        name: `${locked.name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}-${made.createdAt.toISOString().slice(0, 19).replaceAll(':', '')}.tar`,
        status: ExportStatus.MAKING,
        message: '',
        format,
        engine,
        version,
      });
      return payloadOf(locked, made);
    },
  });
  const made = await exportOf(platform.db.manager, operation.id);
  return Object.assign(new ExportClusterPayload(), { export: made, cluster, operation });
}

const exportOf = (db: EntityManager, operationId: string): Promise<Export> =>
  db.findOneByOrFail(Export, { operationId });

async function plan(platform: ExportPlatform, wish: Wish): Promise<Planned> {
  const ground = await groundOf(platform, wish.clusterId);
  const { exporting, loaded } = ground;
  const { formats, whole } = exporting;
  const format = wish.format ?? formats[0];
  if (!formats.includes(format))
    throw new DomainError('BAD_USER_INPUT', `format: ${loaded.manager.id} is exported as ${formats.join(' or ')}`, {
      field: 'format',
    });
  if (wish.includeUsers && exporting.users === undefined)
    throw new DomainError('NOT_SUPPORTED', `${loaded.manager.id} has no users but DTrove's own to export`, {
      field: 'includeUsers',
    });
  if (whole !== null && wish.databases != null)
    throw new DomainError('BAD_USER_INPUT', `databases: ${loaded.manager.id} is exported as a whole; leave it out`, {
      field: 'databases',
    });
  const survey = await surveyOf(ground, await remoteOf(platform, ground), []);
  const databases = wish.databases ?? survey.databases.map(({ name }) => name);
  assertThere(databases, survey);
  if (databases.length === 0)
    throw new DomainError('CONFLICT', 'the cluster has no database yet: there is nothing to export', {
      field: 'clusterId',
    });
  return { engine: loaded.manager.id, version: survey.version, format: ExportFormat[format], databases };
}

function assertThere(wanted: readonly string[], { databases }: Survey): void {
  const names = databases.map(({ name }) => name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw new DomainError(
    'BAD_USER_INPUT',
    `databases: there is no database ${JSON.stringify(missing)}; there are: ${names.join(', ') || 'none'}`,
    { field: 'databases' },
  );
}
