import { z } from 'zod';

/** The provider's variables: part of the one schema of the configuration, and of its `--help`. */
export const hostsEnvironment = {
  DTROVE_HOSTS_FILE: z
    .string()
    .prefault('')
    .describe('JSON file of servers to register with the provider hosts at the start; see docs/hosts.md.'),
};
