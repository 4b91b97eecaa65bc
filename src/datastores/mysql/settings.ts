import { z } from 'zod';
import { isOurs } from './managed.js';

const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a parameter name is lower-case letters, digits and underscores')
  .refine((name) => !isOurs(name), 'this parameter is set by DTrove itself');

/**
 * What a user may set: whether the primary waits, at each commit, until a replica has it too (while one is connected),
 * and parameters of the option file, save those that DTrove itself sets.
 */
export const Settings = z.strictObject({
  semiSync: z.boolean().default(false),
  parameters: z.record(Parameter, z.union([z.string(), z.number(), z.boolean()])).default({}),
});
