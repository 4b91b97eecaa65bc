import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ExportStatus, type Export } from '../../schema/export.js';
import { DomainError } from '../errors.js';
import type { ExportFiles } from '../exports/files.js';
import { assertLink, type Given, type Signer } from '../exports/links.js';
import { rangeOf } from '../exports/ranges.js';
import { downloadPath, type Exports } from '../exports/use-cases.js';
import type { Log } from '../log.js';
import { refuseWith } from './answers.js';

export interface FileService {
  readonly exports: Exports;
  readonly files: ExportFiles;
  readonly signer: Signer;
  readonly log: Log;
}

interface Asked {
  readonly Params: { readonly id: string };
  readonly Querystring: Given;
}

/** The path of a request, as its link has it. */
export const pathOf = ({ url }: Pick<FastifyRequest, 'url'>): string => url.split('?', 1)[0] ?? '';

/** GET and HEAD of an export's archive, by a signed link: the whole of it or a range, so that it can be gone on with. */
export function serveDownloads(app: FastifyInstance, { exports, files, signer, log }: FileService): void {
  app.route<Asked>({
    method: ['GET', 'HEAD'],
    url: '/exports/:id/:name',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      try {
        const path = pathOf(request);
        assertLink(signer, 'download', path, request.query);
        const found = await exports.find(request.params.id);
        if (found?.status !== ExportStatus.READY || downloadPath(found) !== path)
          throw new DomainError('NOT_FOUND', 'this export has been deleted');
        return await send(request, reply, found, files.archive(found.id), await sizeOf(files, found));
      } catch (error) {
        return refuseWith(reply, error, log);
      }
    },
  });
}

async function sizeOf(files: ExportFiles, { id, size }: Export): Promise<number> {
  const found = await files.sizeOf(files.archive(id));
  if (found !== null && found === size) return found;
  throw new DomainError(
    'UNAVAILABLE',
    'this process does not have the file, or not all of it: all processes need the same directory of exports (DTROVE_EXPORTS_DIR)',
  );
}

/** A range is of the file that the client has begun with only where its `If-Range` names that: by its ETag or its time. */
function isSame(condition: string | undefined, etag: string, modified: string): boolean {
  return condition === undefined || condition === etag || condition === modified;
}

function send(
  { method, headers }: FastifyRequest<Asked>,
  reply: FastifyReply,
  { sha256, name, finishedAt }: Export,
  path: string,
  size: number,
): FastifyReply {
  const etag = `"${sha256 ?? ''}"`;
  const modified = (finishedAt ?? new Date(0)).toUTCString();
  void reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="${name}"`,
    'content-type': 'application/x-tar',
    etag,
    'last-modified': modified,
    'x-content-type-options': 'nosniff',
  });
  const condition = headers['if-range'];
  const range = isSame(typeof condition === 'string' ? condition : undefined, etag, modified)
    ? rangeOf(headers.range, size)
    : 'whole';
  if (range === null) return reply.code(416).header('content-range', `bytes */${size}`).send('');
  if (headers['if-none-match'] === etag && headers.range === undefined) return reply.code(304).send();
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range;
  if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${first}-${last}/${size}`);
  void reply.header('content-length', last - first + 1);
  return method === 'HEAD' ? reply.send() : reply.send(createReadStream(path, { start: first, end: last }));
}
