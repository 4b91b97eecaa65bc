import { z } from 'zod';
import { ExportFormat } from '../../schema/export.js';
import { ImportConflict } from '../../schema/export-inputs.js';

const readable = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that cannot be shown');

const idempotencyKey = readable
  .min(1, 'an idempotency key is not empty')
  .max(255, 'an idempotency key has at most 255 characters')
  .nullish();

/** Names of databases: what engines allow is theirs to say. */
const databases = z
  .array(
    z
      .string()
      .min(1, 'a name is not empty')
      .max(128, 'a name has at most 128 characters')
      .refine(
        (name) => !/[\0\n\p{Cs}]/u.test(name),
        'a name holds no NUL byte, no line end and no half of a surrogate pair',
      ),
  )
  .min(1, 'names at least one; leave it out for all')
  .max(1000, 'names at most 1000')
  .refine((names) => new Set(names).size === names.length, 'names one twice')
  .nullish();

const yes = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

export const ExportWish = z.object({
  clusterId: z.string(),
  databases,
  format: z.enum(ExportFormat).nullish(),
  includeUsers: yes,
  idempotencyKey,
});

export const ImportWish = z.object({
  clusterId: z.string(),
  exportId: z.string().nullish(),
  uploadId: z.string().nullish(),
  databases,
  onConflict: z
    .enum(ImportConflict)
    .nullish()
    .transform((value) => value ?? ImportConflict.FAIL),
  includeUsers: yes,
  idempotencyKey,
});

/** `most`: the largest that may be announced, in bytes. */
export const UploadWish = (most: number) =>
  z.object({
    name: readable.trim().min(1, 'give the file a name').max(200, 'the name has at most 200 characters'),
    size: z
      .int('is a whole number of bytes')
      .min(1, 'a file has at least one byte')
      .max(most, `a file has at most ${most} bytes (DTROVE_MAX_UPLOAD_GB)`),
    sha256: z
      .string()
      .transform((text) => text.toLowerCase())
      .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'is 64 hexadecimal digits, as sha256sum prints it')),
  });
