import { z } from 'zod';

// Whoever sets these decides who gets in, where the data lie or whether the cluster holds together: DTrove does.
const ours = new Set([
  'aclfile',
  'appenddirname',
  'appendfilename',
  'appendonly',
  'bind',
  'bind-source-addr',
  'daemonize',
  'dbfilename',
  'dir',
  'include',
  'logfile',
  'loadmodule',
  'masterauth',
  'masteruser',
  'pidfile',
  'port',
  'primaryauth',
  'primaryuser',
  'protected-mode',
  'replicaof',
  'requirepass',
  'slaveof',
  'supervised',
  'unixsocket',
  'unixsocketperm',
  'user',
]);

const prefixes = ['cluster-', 'enable-', 'rename-', 'tls-'];

const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a parameter name is lower-case letters, digits and hyphens')
  .refine(
    (name) => !ours.has(name) && !prefixes.some((prefix) => name.startsWith(prefix)),
    'this parameter is set by DTrove itself',
  );

const Word = z.union([z.string(), z.number(), z.boolean()]);

/** What a user may set: parameters of the configuration file, save those that DTrove itself sets; a list has several words. */
export const Settings = z.strictObject({
  parameters: z.record(Parameter, z.union([Word, z.array(Word).min(1)])).default({}),
});
