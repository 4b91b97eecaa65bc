import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { BackupStoreKind } from '../../schema/backup-enums.js';

const readable = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that cannot be shown');

const idempotencyKey = readable.min(1, 'is not empty').max(255, 'has at most 255 characters').nullish();

export const CreateBackupWish = z.object({ clusterId: z.string(), storeId: z.string().nullish(), idempotencyKey });

const name = readable.trim().min(1, 'give the store a name').max(63, 'a name has at most 63 characters');
const isDefault = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
/** What the other kind of store has. */
const nothing = (whose: string) => z.null(`is of ${whose}: leave it out`).optional();
const needed = (words: string) =>
  z
    .string(words)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that cannot be shown')
    .min(1, words);

const Folder = z.object({
  name,
  isDefault,
  kind: z.literal(BackupStoreKind.FOLDER),
  path: needed('give the absolute path of a folder')
    .refine((path) => isAbsolute(path), 'give the absolute path of a folder')
    .refine((path) => !path.split('/').includes('..'), 'a path has no ".."'),
  endpoint: nothing('a bucket'),
  region: nothing('a bucket'),
  bucket: nothing('a bucket'),
  prefix: nothing('a bucket'),
  accessKeyId: nothing('a bucket'),
  secretAccessKey: nothing('a bucket'),
});

const Bucket = z.object({
  name,
  isDefault,
  kind: z.literal(BackupStoreKind.S3),
  path: nothing('a folder'),
  endpoint: z
    .url({ protocol: /^https?$/, message: 'give the address of the S3 API, https://…' })
    .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url), 'names no user: give accessKeyId and secretAccessKey'),
  region: readable
    .min(1, 'is not empty; leave it out for us-east-1')
    .nullish()
    .transform((region) => region ?? 'us-east-1'),
  bucket: z.string('give the name of the bucket').regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket'),
  prefix: z
    .string()
    .regex(/^([A-Za-z0-9!_.*'()-]+\/?)*$/, 'a prefix is letters, digits, "-", "_", "." and "/"')
    .nullish()
    .transform((prefix) => prefix ?? ''),
  accessKeyId: needed('give the access key'),
  secretAccessKey: needed('give the secret half of the access key'),
});

export const StoreWish = z.discriminatedUnion('kind', [Folder, Bucket]);
export type StoreWish = z.infer<typeof StoreWish>;
