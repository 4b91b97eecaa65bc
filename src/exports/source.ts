import { createReadStream } from 'node:fs';
import type { EntityManager } from 'typeorm';
import { Export, ExportStatus } from '../../schema/export.js';
import { Upload, UploadStatus } from '../../schema/upload.js';
import type { DatabaseUser } from '../datastores/exporting.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import { checkArchive, manifestOf, memberOf } from './archive.js';
import type { ExportFiles } from './files.js';
import { recogniseFile } from './foreign.js';
import type { Manifest, ManifestDatabase, Table } from './manifest.js';

/** A dump that can be imported, and the database that it is of (null: it does not tell). */
export type SourceDump = Pick<ManifestDatabase, 'format' | 'size' | 'bytes' | 'collation'> & {
  readonly name: string | null;
  /** Null: nobody has counted them. */
  readonly tables: readonly Table[] | null;
  /** SHA-256. */
  readonly sha256: string;
  /** Its bytes from a place on. */
  readonly read: (from: number) => AsyncIterable<Buffer>;
};

/** A file that can be imported: an archive, or a single dump from elsewhere. */
export interface Source {
  /** As a sentence names it. */
  readonly title: string;
  readonly engine: string;
  /** Null: it does not tell. */
  readonly version: string | null;
  readonly dumps: readonly SourceDump[];
  /** Null: it has none. */
  readonly users: readonly DatabaseUser[] | null;
  /** Reads all of it. Throws BAD_USER_INPUT at the first thing that is wrong. */
  readonly check: (signal: AbortSignal, told: (words: string) => void) => Promise<void>;
}

/** Which file: of an export, or of an upload. */
export interface SourceKey {
  readonly exportId?: string | null | undefined;
  readonly uploadId?: string | null | undefined;
}

function ofArchive(title: string, path: string, manifest: Manifest): Source {
  return {
    title,
    engine: manifest.engine,
    version: manifest.version,
    dumps: manifest.databases.map(({ member, ...database }) => ({
      ...database,
      read: (from: number) => memberOf(path, member, from),
    })),
    users: manifest.users,
    check: (signal, told) => checkArchive(path, manifest, signal, told),
  };
}

const lost = (field: string): DomainError =>
  new DomainError(
    'UNAVAILABLE',
    'this process does not have the file: all processes need the same directory of exports (DTROVE_EXPORTS_DIR)',
    { field },
  );

/** What is wrong with a file is wrong with the field that names it. */
async function manifestFor(field: string, path: string): Promise<Manifest> {
  try {
    return await manifestOf(path);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, error.message, { field, cause: error });
  }
}

async function ofUpload(files: ExportFiles, upload: Upload): Promise<Source> {
  const path = files.upload(upload.id);
  const title = `upload ${upload.name}`;
  if ((await files.sizeOf(path)) === null) throw lost('uploadId');
  const foreign = await recogniseFile(path);
  if (foreign === null) return ofArchive(title, path, await manifestFor('uploadId', path));
  const { engine, version, format, database } = foreign;
  const dump: SourceDump = {
    name: database,
    format,
    size: upload.size,
    sha256: upload.sha256,
    bytes: 0,
    collation: '',
    tables: null,
    read: (from) => createReadStream(path, { start: from }),
  };
  // Its SHA-256 was compared when it had arrived.
  return { title, engine, version, dumps: [dump], users: null, check: () => Promise.resolve() };
}

/** Throws BAD_USER_INPUT, NOT_FOUND or CONFLICT where there is no such file, or it is not whole. */
export async function openSource(db: EntityManager, files: ExportFiles, key: SourceKey): Promise<Source> {
  const { exportId, uploadId } = key;
  if ((exportId == null) === (uploadId == null))
    throw new DomainError('BAD_USER_INPUT', 'exportId: give either exportId or uploadId', { field: 'exportId' });
  if (uploadId != null) {
    const upload = isId(uploadId) ? await db.findOneBy(Upload, { id: uploadId }) : null;
    if (upload === null) throw new DomainError('NOT_FOUND', `there is no upload ${uploadId}`, { field: 'uploadId' });
    if (upload.status !== UploadStatus.READY)
      throw new DomainError('CONFLICT', `upload ${upload.name} is not whole yet`, { field: 'uploadId' });
    return ofUpload(files, upload);
  }
  const found = isId(exportId ?? '') ? await db.findOneBy(Export, { id: exportId ?? '' }) : null;
  if (found === null) throw new DomainError('NOT_FOUND', `there is no export ${exportId ?? ''}`, { field: 'exportId' });
  if (found.status !== ExportStatus.READY)
    throw new DomainError('CONFLICT', `export ${found.name} is not READY, it is ${found.status}`, {
      field: 'exportId',
    });
  const path = files.archive(found.id);
  if ((await files.sizeOf(path)) === null) throw lost('exportId');
  return ofArchive(`export ${found.name}`, path, await manifestFor('exportId', path));
}
