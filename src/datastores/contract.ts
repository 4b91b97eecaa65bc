import { z } from 'zod';

const method = z.custom<object>((value) => typeof value === 'function', 'must be a function');
const text = z.string().min(1);

// A manager may carry a zod of its own, so its `Settings` is known by what it does.
const Shape = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
  serviceName: text,
  port: z.int().min(1).max(65535),
  versions: z.array(text).min(1),
  Settings: z.custom<object>(
    (value) => typeof value === 'object' && value !== null && 'safeParse' in value,
    'must be a zod schema',
  ),
  dataRoot: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, 'must be an absolute path')
    .optional(),
  uri: z.object({ scheme: text, database: text.nullable(), query: z.string() }),
  plans: z.object({
    prepare: method,
    addNodes: method,
    removeNodes: method,
    start: method,
    stop: method,
    restart: method,
    wipe: method.optional(),
    backup: method.optional(),
    restore: method.optional(),
    verify: method.optional(),
  }),
  parameters: z
    .object({
      catalogue: method,
      suffixesOf: method,
      limits: z.array(text),
      inFile: method,
      change: method,
      heard: method.optional(),
    })
    .optional(),
  exporting: z
    .object({
      formats: z.array(z.enum(['CUSTOM', 'PLAIN', 'RDB'])).min(1),
      whole: text.nullable(),
      versionNumbers: z.int().min(1),
      survey: method,
      dump: method,
      users: method.optional(),
      makeUsers: method.optional(),
      load: method,
      place: method,
      abandon: method,
    })
    .optional(),
  status: method,
  parseStatus: method,
});

/** What `value` lacks of the contract in `datastore.ts`, in words; empty for a manager. */
export function lacks(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return ['has no manager as its default export'];
  const { error } = Shape.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => {
    const name = path.join('.');
    return at(value, path) === undefined ? `lacks ${name}` : `has a wrong ${name}: ${message}`;
  });
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((found, key) => (found as Record<PropertyKey, unknown> | undefined)?.[key], value);
