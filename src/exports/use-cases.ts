import { IsNull, Not } from 'typeorm';
import { Export, ExportedDatabase, ExportStatus } from '../../schema/export.js';
import type { CreateUploadInput, ExportClusterInput, ImportExportInput } from '../../schema/export-inputs.js';
import type { ExportClusterPayload } from '../../schema/export-payloads.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import { UploadStatus, type Upload } from '../../schema/upload.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { exportCluster } from './export-cluster.js';
import { importExport } from './import-export.js';
import { assertUnused } from './in-use.js';
import { linkTo, type Link } from './links.js';
import { Manifest } from './manifest.js';
import type { ExportPlatform } from './platform.js';
import type { Uploads } from './uploads.js';

/** How long a link to a download is good, in milliseconds: made anew by each query. */
const downloadMs = 3_600_000;

export const downloadPath = ({ id, name }: Export): string => `/exports/${id}/${encodeURIComponent(name)}`;
export const uploadPath = ({ id }: Pick<Upload, 'id'>): string => `/uploads/${id}`;

/** Exports, imports and uploads, as the resolvers call them. */
export class Exports {
  constructor(
    private readonly platform: ExportPlatform,
    private readonly operations: Operations,
    readonly uploads: Uploads,
  ) {}

  /** The same, recording what it makes with `operations`. */
  by(operations: Operations): Exports {
    return new Exports(this.platform, operations, this.uploads);
  }

  export(input: ExportClusterInput): Promise<ExportClusterPayload> {
    return exportCluster(this.platform, this.operations, input);
  }

  import(input: ImportExportInput): Promise<ClusterOperationPayload> {
    return importExport(this.platform, this.operations, input);
  }

  createUpload(input: CreateUploadInput): Promise<Upload> {
    return this.uploads.create(input);
  }

  /** Those of one cluster, or (null) of all, the newest first. */
  list(clusterId: string | null): Promise<Export[]> {
    if (clusterId !== null && !isId(clusterId)) return Promise.resolve([]);
    const where = { clusterId: clusterId ?? Not(IsNull()) };
    return this.platform.db.manager.find(Export, { where, order: { id: 'DESC' }, take: 100 });
  }

  async find(id: string): Promise<Export | null> {
    return isId(id) ? this.platform.db.manager.findOneBy(Export, { id }) : null;
  }

  /** Removes an export with its file; returns it as it was. */
  async remove(id: string): Promise<Export> {
    const { db, exportFiles: files } = this.platform;
    const found = await this.find(id);
    if (found === null) throw new DomainError('NOT_FOUND', `there is no export ${id}`, { field: 'id' });
    if (found.status === ExportStatus.MAKING)
      throw new DomainError('CONFLICT', 'this export is being made; cancel its operation first', {
        field: 'id',
        operationId: found.operationId,
      });
    await assertUnused(db.manager, 'exportId', id);
    await db.manager.delete(Export, { id });
    await files.remove(files.archive(id));
    await files.discard(id);
    return found;
  }

  /** Null until it is READY. */
  downloadLink(made: Export, baseUrl: string, now: Date): Link | null {
    if (made.status !== ExportStatus.READY) return null;
    return linkTo(this.platform.vault, baseUrl, 'download', downloadPath(made), new Date(now.getTime() + downloadMs));
  }

  /** Null when all of it is there. */
  uploadLink(upload: Upload, baseUrl: string): Link | null {
    if (upload.status === UploadStatus.READY) return null;
    return linkTo(this.platform.vault, baseUrl, 'upload', uploadPath(upload), upload.expiresAt);
  }

  databasesOf({ manifest }: Export): ExportedDatabase[] {
    const { data } = Manifest.omit({ users: true }).safeParse(manifest);
    return (data?.databases ?? []).map(({ name, size, sha256, tables }) =>
      Object.assign(new ExportedDatabase(), { name, size, sha256, tables }),
    );
  }
}
