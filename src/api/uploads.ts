import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UploadStatus, type Upload } from '../../schema/upload.js';
import { DomainError } from '../errors.js';
import { assertLink, type Given } from '../exports/links.js';
import { contentRangeOf } from '../exports/ranges.js';
import { refuseWith } from './answers.js';
import { pathOf, type FileService } from './downloads.js';

interface Asked {
  readonly Params: { readonly id: string };
  readonly Querystring: Given;
  readonly Body: Readable | undefined;
}

const offsetType = 'application/offset+octet-stream';

const wrong = (words: string): never => {
  throw new DomainError('BAD_USER_INPUT', words);
};

/** Where the body of a request belongs: as PATCH says it (tus.io, 1.0), or PUT (Content-Range; without one it is the whole file). */
function placeOf({ method, headers }: FastifyRequest<Asked>, { size }: Upload): number {
  if (method === 'PATCH') {
    const { 'upload-offset': offset } = headers;
    if (headers['content-type'] !== offsetType) return wrong(`a PATCH has the Content-Type ${offsetType}`);
    if (typeof offset !== 'string' || !/^\d{1,15}$/.test(offset))
      return wrong('a PATCH says by Upload-Offset where its bytes belong: HEAD tells it');
    return Number(offset);
  }
  const { 'content-range': place } = headers;
  if (place === undefined) return 0;
  const range = contentRangeOf(place);
  if (range === null) return wrong(`a Content-Range looks like "bytes 0-99/${size}", not ${JSON.stringify(place)}`);
  if (range.size !== size) return wrong(`the file was announced with ${size} bytes, not with ${range.size}`);
  return range.first;
}

/** Files come in by signed links, piece by piece: HEAD tells how much is there, PATCH or PUT goes on from there. */
export async function serveUploads(app: FastifyInstance, { exports, signer, log }: FileService): Promise<void> {
  const { uploads } = exports;

  const uploadOf = async (request: FastifyRequest<Asked>): Promise<Upload> => {
    assertLink(signer, 'upload', pathOf(request), request.query);
    const upload = await uploads.find(request.params.id);
    if (upload === null) throw new DomainError('NOT_FOUND', 'this upload has expired or was deleted');
    return upload;
  };

  const tell = (reply: FastifyReply, { size, expiresAt }: Upload, offset: number): FastifyReply =>
    reply.headers({
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
      'upload-offset': offset,
      'upload-length': size,
      'upload-expires': expiresAt.toUTCString(),
    });

  // In a room of its own: bodies are passed on as they come, whatever they are said to be.
  await app.register((room, _options, done) => {
    room.removeAllContentTypeParsers();
    room.addContentTypeParser('*', (_request, payload, parsed) => {
      parsed(null, payload);
    });

    room.route<Asked>({
      method: 'HEAD',
      url: '/uploads/:id',
      handler: async (request, reply) => {
        try {
          const upload = await uploadOf(request);
          const offset = upload.status === UploadStatus.READY ? upload.size : await uploads.offsetOf(upload);
          return await tell(reply, upload, offset).code(200).send();
        } catch (error) {
          return refuseWith(reply, error, log);
        }
      },
    });

    room.route<Asked>({
      method: ['PATCH', 'PUT'],
      url: '/uploads/:id',
      handler: async (request, reply) => {
        try {
          const upload = await uploadOf(request);
          if (upload.status === UploadStatus.READY)
            throw new DomainError('CONFLICT', 'all of this upload is there already');
          const offset = await uploads.receive(upload, placeOf(request, upload), request.body ?? request.raw);
          return await tell(reply, upload, offset).code(204).send();
        } catch (error) {
          // What still comes is not read: the client is to hear of the error now.
          void reply.header('connection', 'close');
          return refuseWith(reply, error, log);
        }
      },
    });
    done();
  });
}
