import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { freePort } from './free-port.js';
import { until } from './until.js';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'minio.sh');

/** The program of MinIO; null, with a line that says why, where there is none and none can be built. */
export const minio = (): Promise<string | null> =>
  run('sh', [script]).then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => {
      process.stderr.write(`not tested on S3: ${(error as { stderr?: string }).stderr ?? ''}\n`);
      return null;
    },
  );

export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The names of all objects. */
  objects(): Promise<readonly string[]>;
  /** How many uploads of an object have begun and not ended. MinIO tells of those of one name only. */
  uploads(name: string): Promise<number>;
  read(name: string): Promise<Buffer>;
  write(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
  /** Freezes it, as a network that is gone; `false`: lets it go on. */
  freeze(frozen: boolean): void;
  stop(): Promise<void>;
}

/** A real S3 server with an empty bucket, on `host`; its objects in a directory of its own unless told. */
export async function startS3(program: string, host = '127.0.0.1', place?: string): Promise<S3Server> {
  const directory = place ?? (await mkdtemp(join(tmpdir(), 'dtrove-s3-')));
  const port = await freePort(host);
  const accessKeyId = randomBytes(10).toString('hex');
  const secretAccessKey = randomBytes(20).toString('hex');
  const env = {
    ...process.env,
    MINIO_ROOT_USER: accessKeyId,
    MINIO_ROOT_PASSWORD: secretAccessKey,
    MINIO_BROWSER: 'off',
  };
  const child: ChildProcess = spawn(program, ['server', '--address', `${host}:${port}`, directory], {
    env,
    stdio: 'ignore',
  });
  const endpoint = `http://${host}:${port}`;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const bucket = 'backups';
  await until(
    'MinIO',
    () =>
      client.send(new CreateBucketCommand({ Bucket: bucket })).then(
        () => true,
        () => null,
      ),
    60_000,
  );
  return {
    ...{ endpoint, bucket, accessKeyId, secretAccessKey },
    async objects() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
    async uploads(Prefix) {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix }));
      return Uploads.length;
    },
    async read(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async write(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
    freeze(frozen) {
      child.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
    },
    async stop() {
      client.destroy();
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
      if (place === undefined) await rm(directory, { recursive: true });
    },
  };
}
