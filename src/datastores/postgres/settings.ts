import { z } from 'zod';
import { managed } from './managed.js';

const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/, 'a parameter name is lower-case letters, digits and underscores')
  .refine((name) => managed(name) === null, 'this parameter is set by DTrove itself');

/**
 * What a user may set for a PostgreSQL cluster: parameters of postgresql.conf, save those that DTrove itself sets, and
 * where packages come from: the server's own distribution, or `pgdg`, the archive of PostgreSQL's project.
 */
export const Settings = z.strictObject({
  parameters: z.record(Parameter, z.union([z.string(), z.number(), z.boolean()])).default({}),
  repository: z.literal('pgdg').optional(),
});

export type Settings = z.infer<typeof Settings>;
