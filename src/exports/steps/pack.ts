import { Export, ExportStatus } from '../../../schema/export.js';
import type { Operation } from '../../../schema/operation.js';
import { digestOf, rowsOf } from '../../datastores/dumping.js';
import type { DatabaseUser, Dump } from '../../datastores/exporting.js';
import { DomainError } from '../../errors.js';
import type { StepContext, WorkStep } from '../../operations/work.js';
import { all, sh } from '../../shell/command.js';
import type { ByteRemote } from '../../remote/remote.js';
import { writeArchive } from '../archive.js';
import { asFull } from '../files.js';
import { memberName, readRows, writeManifest, type ManifestDatabase } from '../manifest.js';
import type { ExportPlatform } from '../platform.js';
import { groundOf, remoteOf, surveyOf, type Ground, type Survey } from '../survey.js';
import { fetchFile, readFile, type TransferContext } from '../transfer.js';

/** A list of counted tables is no larger. */
const mostOfRows = 64 * 1024 * 1024;

export interface Packing {
  readonly exportId: string;
  readonly dumps: readonly Dump[];
  readonly includeUsers: boolean;
}

/** Fetches the dumps and writes them into the archive, the manifest first. What a worker left half-made is written anew. */
export const packExport = (platform: ExportPlatform, { clusterId }: Operation, packing: Packing): WorkStep => ({
  name: 'fetch the dumps into the archive',
  run: async (context) => {
    const { exportFiles: files } = platform;
    const ground = await groundOf(platform, clusterId ?? '');
    const remote = await remoteOf(platform, ground);
    const survey = await surveyOf(ground, remote, []);
    const transfer = { signal: context.signal, before: context.assertHeld };
    const found: ManifestDatabase[] = [];
    for (const [index, dump] of packing.dumps.entries())
      found.push(await lookAt(remote, dump, index, survey, transfer));
    const total = found.reduce((sum, { size }) => sum + size, 0);
    await files.assertRoom(total, 'an archive');
    const manifest = {
      engine: ground.loaded.manager.id,
      version: survey.version,
      cluster: ground.loaded.view.name,
      createdAt: new Date().toISOString(),
      databases: found,
    };
    const users = packing.includeUsers ? await usersOf(ground, remote, context) : null;
    const path = files.archive(packing.exportId);
    const tell = told(context, total);
    const members = found.map(({ member, size }, index) => ({
      name: member,
      size,
      feed: (take: Parameters<typeof fetchFile>[3], signal: AbortSignal) =>
        fetchFile(remote, packing.dumps[index]?.file ?? '', size, take, {
          ...transfer,
          signal,
          progress: tell(member),
        }),
    }));
    const { size, sha256 } = await writeArchive(
      `${path}.part`,
      writeManifest({ ...manifest, users }),
      members,
      context.signal,
    ).catch((error: unknown) => {
      throw asFull(error);
    });
    await files.publish(`${path}.part`, path);
    await context.write((tx) =>
      tx.update(Export, packing.exportId, {
        status: ExportStatus.READY,
        message: '',
        size,
        sha256,
        version: survey.version,
        manifest: { formatVersion: 1, ...manifest },
        finishedAt: new Date(),
      }),
    );
    return `${size} bytes`;
  },
});

/** What the server says of one dump. */
async function lookAt(
  remote: ByteRemote,
  { database, format, file }: Dump,
  index: number,
  { databases }: Survey,
  transfer: TransferContext,
): Promise<ManifestDatabase> {
  const { code, stdout, stderr } = await remote.run(all(sh`wc -c <${file}`, sh`cat ${digestOf(file)}`), transfer);
  const [, size, sha256] = /^\s*(\d+)\s+([0-9a-f]{64})\s*$/.exec(stdout) ?? [];
  if (code !== 0 || size === undefined || sha256 === undefined)
    throw new DomainError('STEP_FAILED', `the dump of ${database} is not there any more: ${stderr.trim()}`);
  const tables = readRows(await readFile(remote, rowsOf(file), mostOfRows, transfer));
  const seen = databases.find(({ name }) => name === database);
  return {
    name: database,
    format,
    member: memberName(index, database, format),
    size: Number(size),
    sha256,
    bytes: seen?.bytes ?? 0,
    collation: seen?.collation ?? '',
    schemas: [...new Set(tables.map(({ schema }) => schema))].filter((schema) => schema !== ''),
    tables,
  };
}

async function usersOf(
  { exporting, loaded: { view }, primary }: Ground,
  remote: ByteRemote,
  { signal, assertHeld }: StepContext,
): Promise<DatabaseUser[]> {
  if (exporting.users === undefined) return [];
  const { code, stdout, stderr } = await remote.run(exporting.users(view, primary), { signal, before: assertHeld });
  if (code !== 0) throw new DomainError('STEP_FAILED', `cannot read the users, exit ${code}: ${stderr.trim()}`);
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as DatabaseUser);
}

/** Says every so often how much has come. */
const told = ({ output }: StepContext, total: number) => {
  let next = 0;
  return (member: string) => (bytes: number) => {
    const now = performance.now();
    if (now < next) return;
    next = now + 1000;
    output(`${member}: ${bytes} bytes of ${total} in all\n`);
  };
};
