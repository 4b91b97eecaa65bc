import type { ServerFacts } from '../datastore.js';

/**
 * What the data may take of the server's memory. The rest is for what comes on top of them: the copies of pages while
 * the log is rewritten or a replica is fed, buffers of clients and replicas, and the system.
 */
export const maxmemoryOf = ({ memoryMb }: Pick<ServerFacts, 'memoryMb'>): string =>
  `${String(Math.max(64, Math.floor(memoryMb * 0.6)))}mb`;
