import { z } from 'zod';

const most = 500;

const name = z
  .string()
  .trim()
  .min(1, 'give the configuration a name')
  .max(63, 'a name has at most 63 characters')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/,
    'a name consists of letters, digits, blanks, ".", "_" and "-", and begins with a letter or digit',
  );

const description = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that cannot be shown')
  .max(500, 'a description has at most 500 characters');

/** Their names and what they may be is the catalogue's business. */
const values = z
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is an object of values by the name of the parameter, such as {"work_mem": "8MB"}',
  )
  .refine((value) => Object.keys(value).length <= most, `has at most ${most} parameters`);

export const CreateWish = z.object({
  name,
  datastoreId: z.string(),
  description: description.nullish().transform((text) => text ?? ''),
  values,
});

export const UpdateWish = z.object({
  id: z.string(),
  name: name.nullish(),
  description: description.nullish(),
  values: values.nullish(),
});
