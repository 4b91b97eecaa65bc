import type { ServerFacts } from '../datastore.js';

/** What a server's memory and processors are given to. */
export interface Size {
  readonly bufferPool: string;
  readonly redoLog: string;
  readonly maxConnections: number;
  /** Whether the server watches itself in detail, which takes some 200 MB of its own in MySQL. */
  readonly performanceSchema: boolean;
  /** Threads that apply a primary's log on a replica. */
  readonly appliers: number;
}

const within = (least: number, amount: number, most: number): number =>
  Math.floor(Math.min(most, Math.max(least, amount)));

/** The server is the database's alone. What is not the buffer pool's is for connections, sorts and the system. */
export function sizeOf({ memoryMb, cpus }: Pick<ServerFacts, 'memoryMb' | 'cpus'>): Size {
  const pool = within(64, memoryMb * (memoryMb < 2048 ? 0.35 : memoryMb < 8192 ? 0.5 : 0.65), Infinity);
  return {
    bufferPool: `${String(pool)}M`,
    redoLog: `${String(within(96, pool / 4, 4096))}M`,
    maxConnections: within(100, memoryMb / 8, 2000),
    performanceSchema: memoryMb > 768,
    appliers: within(2, cpus, 16),
  };
}
