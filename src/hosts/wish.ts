import { z } from 'zod';
import { DomainError } from '../errors.js';

const port = z
  .int()
  .min(1, 'is a port, 1 to 65535')
  .max(65_535, 'is a port, 1 to 65535')
  .nullish()
  .transform((value) => value ?? 22);
const address = z
  .string()
  .trim()
  .max(253, 'is too long for an address')
  .regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/, 'is no IP address or name of a host');
const user = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'is no user name')
  .nullish();
const secret = z.string().max(32_768, 'is too long for a key').nullish();
const amount = (most: number) => z.int().min(1, 'is at least 1').max(most, `is at most ${most}`).nullish();

const pins = {
  hostKey: z.string().trim().max(16_384, 'is too long for a host key').nullish(),
  hostKeyFingerprint: z
    .string()
    .trim()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'is no fingerprint such as SHA256:… of ssh-keygen -l')
    .nullish(),
  trustOnFirstUse: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
};

/** What a host is registered with, by the API or by a file. */
export const HostWish = z.object({
  address,
  port,
  user,
  privateKey: secret,
  passphrase: secret,
  useAgent: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  ...pins,
  tags: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'has a tag that is not of letters, digits, ".", "_" and "-"'),
    )
    .max(50, 'has more than 50 tags')
    .nullish()
    .transform((tags) => [...new Set(tags ?? [])].sort()),
  capacity: z
    .object({ cpus: amount(100_000), memoryMb: amount(1_000_000_000), diskGb: amount(1_000_000_000) })
    .nullish(),
  bastion: z.object({ address, port, user, privateKey: secret, passphrase: secret, ...pins }).nullish(),
});

export type HostWish = z.infer<typeof HostWish>;
export type Pins = Pick<HostWish, 'hostKey' | 'hostKeyFingerprint' | 'trustOnFirstUse'>;

/** A field's error, as all of them are told. */
export const wrong = (field: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `${field}: ${words}`, { field });

/** Throws BAD_USER_INPUT with the first field that is wrong. */
export function parseHostWish(input: unknown): HostWish {
  const { data, error } = HostWish.safeParse(input);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part === 'string');
  throw wrong(path.join('.') || 'input', issue?.message ?? 'is wrong');
}
