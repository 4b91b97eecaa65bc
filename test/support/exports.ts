import { createHash } from 'node:crypto';
import {
  CreateUploadDocument,
  ExportClusterDocument,
  ExportDocument,
  ImportExportDocument,
  OperationDocument,
} from '../operations/documents.js';
import type { Api } from './api.js';
import { succeed } from './clusters.js';

/** Exports and imports through the API, as its users do them. */
export const moving = (api: Api) => ({
  /** Exports a cluster; the export, when it is READY. */
  async exportOf(clusterId: string, more: object = {}) {
    const { exportCluster } = await api.get(ExportClusterDocument, { input: { clusterId, ...more } });
    await succeed(api, exportCluster.operation.id);
    const { export: made } = await api.get(ExportDocument, { id: exportCluster.export.id });
    if (made == null) throw new Error('the export is gone');
    return made;
  },

  /** Imports into a cluster; what its operation says at its end. */
  async importTo(clusterId: string, more: object): Promise<string> {
    const { importExport } = await api.get(ImportExportDocument, { input: { clusterId, ...more } });
    await succeed(api, importExport.operation.id);
    const { operation } = await api.get(OperationDocument, { id: importExport.operation.id });
    return operation?.message ?? '';
  },

  /** Sends a file; the upload's id. */
  async upload(bytes: Buffer, name = 'a file'): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { createUpload } = await api.get(CreateUploadDocument, { input: { name, size: bytes.length, sha256 } });
    const { status } = await fetch(createUpload.uploadUrl ?? '', { method: 'PUT', body: new Uint8Array(bytes) });
    if (status !== 204) throw new Error(`the upload was answered with ${status}`);
    return createUpload.id;
  },
});
