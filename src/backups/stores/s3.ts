import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import type { BackupStore } from '../../../schema/backup-store.js';
import { DomainError, messageOf } from '../../errors.js';
import { fetchParts, sendParts } from '../../shell/multipart.js';
import type { Secret } from '../../shell/secret.js';
import { newId } from '../../ids.js';
import type { Part, Stored } from '../../files/parts.js';
import { PartTalk } from './part-talk.js';
import type { Packing, Store, Tell, Unpacking } from './store.js';

interface Options {
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Seconds for which an address may be used. */
const signedFor = 6 * 3600;

const probe = 'a probe of DTrove\n';
const notS3 = 'see that it is the address of an S3 API';

const suffix = { data: '.backup', manifest: '.json' };

/** Loaded where it is used only: it takes tens of megabytes. */
const load = async () => ({
  ...(await import('@aws-sdk/client-s3')),
  ...(await import('@aws-sdk/s3-request-presigner')),
});

type Sdk = Awaited<ReturnType<typeof load>>;

/**
 * Backups as objects of a bucket. The bytes go between the database server and the bucket, by addresses that are signed
 * for one part each: the server is never told what signs them.
 */
export class S3Store implements Store {
  private opened: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | null = null;

  constructor(
    private readonly row: BackupStore,
    private readonly secret: Secret,
  ) {}

  async check(signal: AbortSignal): Promise<void> {
    const Key = this.key(`probe-${newId()}`, '');
    await this.use(async ({ sdk, client }) => {
      await client.send(new sdk.PutObjectCommand({ ...this.place(Key), Body: probe }), { abortSignal: signal });
      const { Body } = await client.send(new sdk.GetObjectCommand(this.place(Key)), { abortSignal: signal });
      const read = await Body?.transformToString();
      await client.send(new sdk.DeleteObjectCommand(this.place(Key)), { abortSignal: signal });
      // Many a server says yes to everything.
      if (read !== probe)
        throw new DomainError('UNAVAILABLE', `${this.title}: what was written there is not what is read; ${notS3}`);
    });
  }

  keep(
    location: string,
    packing: Packing,
    describe: (stored: Stored) => string,
    { tell, signal }: Options,
  ): Promise<Stored> {
    const Key = this.key(location, suffix.data);
    return this.use(async ({ sdk, client }) => {
      await this.abortUploads({ sdk, client }, Key);
      const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(this.place(Key)), {
        abortSignal: signal,
      });
      const sign = (PartNumber: number) =>
        sdk.getSignedUrl(client, new sdk.UploadPartCommand({ ...this.place(Key), UploadId, PartNumber }), {
          expiresIn: signedFor,
        });
      try {
        const talk = new PartTalk(sign, tell);
        await packing({ send: sendParts(), input: talk.answers(), output: talk.hear }).finally(() => {
          talk.end();
        });
        const { stored, etags } = talk.result();
        const Parts: CompletedPart[] = etags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
        await client.send(
          new sdk.CompleteMultipartUploadCommand({ ...this.place(Key), UploadId, MultipartUpload: { Parts } }),
        );
        await client.send(
          new sdk.PutObjectCommand({ ...this.place(this.key(location, suffix.manifest)), Body: describe(stored) }),
        );
        return stored;
      } catch (error) {
        await client.send(new sdk.AbortMultipartUploadCommand({ ...this.place(Key), UploadId })).catch(() => undefined);
        throw error;
      }
    });
  }

  manifest(location: string, signal: AbortSignal): Promise<string | null> {
    return this.use(async ({ sdk, client }) => {
      try {
        const found = await client.send(new sdk.GetObjectCommand(this.place(this.key(location, suffix.manifest))), {
          abortSignal: signal,
        });
        return (await found.Body?.transformToString()) ?? null;
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return null;
        throw error;
      }
    });
  }

  give(location: string, parts: readonly Part[], unpacking: Unpacking, { signal }: Options): Promise<void> {
    const Key = this.key(location, suffix.data);
    return this.use(async ({ sdk, client }) => {
      const size = parts.reduce((sum, part) => sum + part.size, 0);
      const head = await client
        .send(new sdk.HeadObjectCommand(this.place(Key)), { abortSignal: signal })
        .catch((error: unknown) => {
          if (error instanceof sdk.NotFound) throw damaged(`${Key} is gone`);
          throw error;
        });
      if (head.ContentLength !== size) throw damaged(`${Key} has ${head.ContentLength ?? 0} bytes of ${size}`);
      const sign = () => sdk.getSignedUrl(client, new sdk.GetObjectCommand(this.place(Key)), { expiresIn: signedFor });
      await unpacking({ fetch: fetchParts(), input: orders(parts, sign) }).catch((error: unknown) => {
        const [, words] = /(part \d+ does not have its checksum)/.exec(messageOf(error)) ?? [];
        throw words === undefined ? error : damaged(`${words} (${Key})`);
      });
    });
  }

  remove(location: string, signal: AbortSignal): Promise<void> {
    return this.use(async ({ sdk, client }) => {
      // The manifest first: what is half removed is no backup.
      for (const end of [suffix.manifest, suffix.data])
        await client.send(new sdk.DeleteObjectCommand(this.place(this.key(location, end))), { abortSignal: signal });
      await this.abortUploads({ sdk, client }, this.key(location, suffix.data));
    });
  }

  /** What attempts that were cut have left: it takes room, and nobody sees it. */
  private async abortUploads(
    { sdk, client }: { readonly sdk: Sdk; readonly client: S3Client },
    Key: string,
  ): Promise<void> {
    const { Bucket } = this.place(Key);
    const { Uploads = [] } = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    for (const { UploadId } of Uploads)
      await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
  }

  private get title(): string {
    return `the bucket ${this.row.bucket ?? ''} at ${this.row.endpoint ?? ''}`;
  }

  private place(Key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.row.bucket ?? '', Key };
  }

  private key(location: string, end: string): string {
    const { prefix } = this.row;
    const before = prefix === null || prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`;
    return `${before}${location}${end}`;
  }

  private open() {
    this.opened ??= load().then((sdk) => {
      const { endpoint, region, accessKeyId } = this.row;
      const client = new sdk.S3Client({
        endpoint: endpoint ?? '',
        region: region ?? 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId: accessKeyId ?? '', secretAccessKey: this.secret.reveal() },
        // Else an address would be good for one content only, that nobody knows yet.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        maxAttempts: 4,
      });
      return { sdk, client };
    });
    return this.opened;
  }

  /** What the bucket says, as what it means. */
  private async use<T>(work: (opened: { readonly sdk: Sdk; readonly client: S3Client }) => Promise<T>): Promise<T> {
    try {
      return await work(await this.open());
    } catch (error) {
      if (error instanceof DomainError || !isOfStore(error)) throw error;
      const { name, $metadata } = error;
      const status = $metadata?.httpStatusCode;
      const said = [name === 'Error' ? '' : name, status === undefined ? '' : `HTTP ${status}`].filter(
        (word) => word !== '',
      );
      const words = `${this.title}: ${wordsOf(error)}`;
      // What it refuses it refuses again; a store that is away or in trouble comes back.
      const retryable = status === undefined || status >= 500 || status === 429;
      throw new DomainError('UNAVAILABLE', said.length === 0 ? words : `${words} (${said.join(', ')})`, {
        retryable,
        cause: error,
      });
    }
  }
}

interface OfStore extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What the SDK throws, and what the network does beneath it. */
const isOfStore = (error: unknown): error is OfStore =>
  error instanceof Error &&
  ('$metadata' in error || 'code' in error || 'errno' in error || error.name === 'TimeoutError');

/** What is no answer of S3, the SDK tells in words for who programs with it. */
function wordsOf(error: OfStore): string {
  const words = messageOf(error);
  const status = error.$metadata?.httpStatusCode ?? 0;
  // A refusal of HEAD has no words either.
  const redirects = status >= 300 && status < 400;
  if (!redirects && !words.includes('Deserialization error')) return words;
  return status >= 500
    ? 'what answers there is in trouble, or does not speak S3'
    : `what answers there does not speak S3; ${notS3}`;
}

async function* orders(parts: readonly Part[], sign: () => Promise<string>): AsyncGenerator<string> {
  let at = 0;
  for (const [i, { size, sha256 }] of parts.entries()) {
    yield `${i + 1} ${size} ${sha256} ${at}-${at + size - 1} ${await sign()}\n`;
    at += size;
  }
}

const damaged = (what: string): DomainError =>
  new DomainError('BACKUP_DAMAGED', `${what}: the backup was changed since it was made. Restore another one`);
