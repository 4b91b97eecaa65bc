import { z } from 'zod';
import { managed } from './managed.js';

const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, 'a parameter name is lower-case letters, digits, hyphens and underscores')
  .refine((name) => managed(name) === null, 'this parameter is set by DTrove itself');

const Word = z.union([z.string(), z.number(), z.boolean()]);

/** What a user may set: parameters of the configuration file, save those that DTrove itself sets; a list has several words. */
export const Settings = z.strictObject({
  parameters: z.record(Parameter, z.union([Word, z.array(Word).min(1)])).default({}),
});
