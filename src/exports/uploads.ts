import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { LessThan, type DataSource } from 'typeorm';
import { Upload, UploadStatus } from '../../schema/upload.js';
import type { CreateUploadInput } from '../../schema/export-inputs.js';
import { parseWish } from '../clusters/wishes.js';
import { DomainError } from '../errors.js';
import { isId, newId } from '../ids.js';
import { asFull, type ExportFiles } from './files.js';
import { assertUnused, importsOf } from './in-use.js';
import { UploadWish } from './wishes.js';

/** How long an upload may take to arrive, and how long it is kept then, in milliseconds. */
const arriveMs = 24 * 3_600_000;
const keepMs = 7 * 24 * 3_600_000;

export interface UploadOptions {
  readonly db: DataSource;
  readonly files: ExportFiles;
  /** The largest that is taken, in bytes. */
  readonly most: number;
}

/** Files that are sent to be imported: announced, received piece by piece, compared, and removed after a time. */
export class Uploads {
  /** Those that this process is writing to. */
  private readonly busy = new Set<string>();

  constructor(private readonly options: UploadOptions) {}

  async create(input: CreateUploadInput): Promise<Upload> {
    const { db, files, most } = this.options;
    const { name, size, sha256 } = parseWish(UploadWish(most), input);
    await files.assertRoom(size, 'an upload');
    const now = Date.now();
    const upload = Object.assign(new Upload(), {
      id: newId(),
      name,
      size,
      sha256,
      status: UploadStatus.RECEIVING,
      createdAt: new Date(now),
      expiresAt: new Date(now + arriveMs),
    });
    await db.manager.insert(Upload, upload);
    return upload;
  }

  async find(id: string): Promise<Upload | null> {
    return isId(id) ? this.options.db.manager.findOneBy(Upload, { id }) : null;
  }

  list(): Promise<Upload[]> {
    return this.options.db.manager.find(Upload, { order: { id: 'DESC' }, take: 100 });
  }

  /** How many bytes of it have arrived. */
  async offsetOf({ id }: Upload): Promise<number> {
    return (await this.options.files.sizeOf(this.options.files.upload(id))) ?? 0;
  }

  async remove(id: string): Promise<Upload> {
    const upload = await this.find(id);
    if (upload === null) throw new DomainError('NOT_FOUND', `there is no upload ${id}`, { field: 'id' });
    await assertUnused(this.options.db.manager, 'uploadId', id);
    await this.forget(upload);
    return upload;
  }

  /**
   * Appends what comes, which begins at `offset`; the new offset. What has arrived of a body that breaks off stays. The
   * last byte of the file has it compared: one that is not what was announced is received anew from its beginning.
   */
  async receive(upload: Upload, offset: number, body: Readable): Promise<number> {
    const { files } = this.options;
    if (this.busy.has(upload.id))
      throw new DomainError('CONFLICT', 'another request is sending this upload now; wait for it to end');
    this.busy.add(upload.id);
    try {
      const there = await this.offsetOf(upload);
      if (offset !== there) throw new DomainError('CONFLICT', `this upload goes on at byte ${there}, not at ${offset}`);
      await files.open();
      await this.append(upload, there, body);
      const arrived = await this.offsetOf(upload);
      if (arrived === upload.size) await this.finish(upload);
      return arrived;
    } finally {
      this.busy.delete(upload.id);
    }
  }

  /** Removes what has expired; how many. */
  async sweep(): Promise<number> {
    const { db } = this.options;
    const old = await db.manager.findBy(Upload, { expiresAt: LessThan(new Date()) });
    const used = await importsOf(
      db.manager,
      'uploadId',
      old.map(({ id }) => id),
    );
    const idle = old.filter(({ id }) => !this.busy.has(id) && !used.has(id));
    for (const upload of idle) await this.forget(upload);
    return idle.length;
  }

  private async append(upload: Upload, from: number, body: Readable): Promise<void> {
    let left = upload.size - from;
    const bounded = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        left -= chunk.length;
        if (left < 0)
          done(new DomainError('BAD_USER_INPUT', `more comes than the ${upload.size} bytes that were announced`));
        else done(null, chunk);
      },
    });
    const file = createWriteStream(this.options.files.upload(upload.id), { flags: 'a', mode: 0o600 });
    await pipeline(body, bounded, file).catch((error: unknown) => {
      throw asFull(error);
    });
  }

  private async finish(upload: Upload): Promise<void> {
    const { db, files } = this.options;
    const path = files.upload(upload.id);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const found = hash.digest('hex');
    if (found !== upload.sha256) {
      await files.remove(path);
      throw new DomainError(
        'BAD_USER_INPUT',
        `what arrived has the SHA-256 ${found}, and ${upload.sha256} was announced; send it again from its beginning`,
      );
    }
    await db.manager.update(Upload, upload.id, {
      status: UploadStatus.READY,
      expiresAt: new Date(Date.now() + keepMs),
    });
  }

  private async forget({ id }: Upload): Promise<void> {
    const { db, files } = this.options;
    await files.remove(files.upload(id));
    await db.manager.delete(Upload, { id });
  }
}
