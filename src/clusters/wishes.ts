import { z } from 'zod';
import { DomainError } from '../errors.js';

const name = z
  .string()
  .trim()
  .min(1, 'give the cluster a name')
  .max(63, 'a name has at most 63 characters')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/,
    'a name consists of letters, digits, blanks, ".", "_" and "-", and begins with a letter or digit',
  );

/** What PostgreSQL keeps as it is: no control characters, no half of a surrogate pair. */
const readable = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that cannot be shown');

const idempotencyKey = readable
  .min(1, 'an idempotency key is not empty')
  .max(255, 'an idempotency key has at most 255 characters')
  .nullish();

const text = (what: string) =>
  readable.trim().min(1, `give the ${what}`).max(200, `the ${what} has at most 200 characters`);

/** Many more than any datastore's settings have. */
const deepest = 16;

/** Whether a value of JSON has more levels than `levels`. */
const deeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => deeper(inner, levels - 1)));

/** What of it there may be, the manager says. */
const settings = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'is an object')
  .refine((value) => !deeper(value, deepest), `has at most ${deepest} levels`)
  .nullish();

/** Characters: a datastore is known by its packages, too, and PostgreSQL's index takes 2704 bytes in all. */
const mostOfPackages = 1000;

export const RegisterWish = z.object({
  manager: text('manager'),
  version: text('version').regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a version looks like 17 or 10.11'),
  image: text('image'),
  packages: z
    .array(z.string().trim())
    .nullish()
    .transform((packages) => (packages ?? []).filter((entry) => entry !== ''))
    .pipe(
      z
        .array(z.string().regex(/^[a-z0-9][a-z0-9.+:=~_-]*$/i, 'is no package name'))
        .refine(
          (names) => names.join('').length <= mostOfPackages,
          `have at most ${mostOfPackages} characters together`,
        ),
    ),
});

/** As much as ext4 is meant for; no provider gives more. */
const volumeGb = z.int().min(1, 'a volume has at least 1 GiB').max(51_200, 'a volume has at most 51200 GiB');

/** What a new cluster may be; `most` nodes at the most. */
export const CreateWish = (most: number) =>
  z.object({
    name,
    datastoreId: z.string(),
    size: z
      .int()
      .min(1, 'a cluster has at least one node')
      .max(most, `a cluster has at most ${most} nodes (DTROVE_MAX_CLUSTER_SIZE)`)
      .nullish()
      .transform((size) => size ?? 1),
    flavor: z.string().nullish(),
    provider: z.string().nullish(),
    volumeGb: volumeGb.nullish(),
    settings,
    restoreFrom: z.string().nullish(),
    configurationId: z.string().nullish(),
    idempotencyKey,
  });

export const AddNodeWish = z.object({
  clusterId: z.string(),
  count: z
    .int()
    .min(1, 'add at least one node')
    .nullish()
    .transform((count) => count ?? 1),
  idempotencyKey,
});

export const RemoveNodeWish = z.object({ clusterId: z.string(), instanceId: z.string().nullish(), idempotencyKey });

export const GrowVolumesWish = z.object({ clusterId: z.string(), volumeGb, idempotencyKey });

/** Bytes of all commands together: each event of the operation carries them. */
const mostOfCommands = 32 * 1024;

const Command = z
  .string()
  .refine((command) => command.trim() !== '', 'a command is not empty')
  .refine((command) => !/[\0\p{Cs}]/u.test(command), 'a command holds no NUL byte and no half of a surrogate pair');

export const PerformWish = z.object({
  instanceId: z.string(),
  name: text('title'),
  commands: z
    .array(Command)
    .min(1, 'give at least one command')
    .max(50, 'at most 50 commands')
    .refine(
      (commands) => commands.reduce((sum, command) => sum + Buffer.byteLength(command), 0) <= mostOfCommands,
      `the commands have at most ${mostOfCommands / 1024} KiB together; put a longer script on the server first`,
    ),
  timeoutSeconds: z
    .int()
    .min(1, 'a command is given at least one second')
    .max(86_400, 'a command is given at most 86400 seconds')
    .nullish()
    .transform((seconds) => seconds ?? 300),
  idempotencyKey,
});

/** What was asked for, checked. Throws BAD_USER_INPUT with the first field that is wrong. */
export function parseWish<T>(schema: z.ZodType<T>, input: unknown): T {
  const { data, error } = schema.safeParse(input);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? 'input');
  throw new DomainError('BAD_USER_INPUT', `${field}: ${issue?.message ?? 'is wrong'}`, { field });
}
