import type { ServerFacts } from '../datastore.js';

/** What a server's memory and processors are given to, in PostgreSQL's own units. */
export interface Size {
  readonly maxConnections: number;
  readonly sharedBuffers: string;
  readonly effectiveCacheSize: string;
  readonly workMem: string;
  readonly maintenanceWorkMem: string;
  readonly minWalSize: string;
  readonly maxWalSize: string;
  readonly maxSlotWalKeepSize: string;
  readonly maxWorkerProcesses: number;
  readonly maxParallelWorkers: number;
}

// A replica refuses to start where these two are lower than its primary's (PostgreSQL, 26.4.3): never from the facts.
const connections = 200;
const workers = 16;

const mb = (amount: number): string => `${String(Math.max(1, Math.floor(amount)))}MB`;

/** Small on `local`, where many share one computer; else the server is PostgreSQL's alone. */
export function sizeOf({ init, memoryMb, cpus }: Pick<ServerFacts, 'init' | 'memoryMb' | 'cpus'>): Size {
  if (init === 'local') return small;
  const shared = Math.max(128, memoryMb / 4);
  return {
    maxConnections: connections,
    sharedBuffers: mb(shared),
    effectiveCacheSize: mb(Math.max(256, (memoryMb * 3) / 4)),
    // Every connection may use it several times over; a quarter of them at once is a busy server.
    workMem: mb(Math.min(256, Math.max(4, (memoryMb - shared) / connections))),
    maintenanceWorkMem: mb(Math.min(2048, Math.max(64, memoryMb / 16))),
    minWalSize: '256MB',
    maxWalSize: memoryMb < 2048 ? '1GB' : '4GB',
    maxSlotWalKeepSize: '16GB',
    maxWorkerProcesses: workers,
    maxParallelWorkers: Math.min(workers, Math.max(1, cpus)),
  };
}

const small: Size = {
  maxConnections: 50,
  sharedBuffers: '32MB',
  effectiveCacheSize: '128MB',
  workMem: '4MB',
  maintenanceWorkMem: '32MB',
  minWalSize: '32MB',
  maxWalSize: '256MB',
  maxSlotWalKeepSize: '4GB',
  maxWorkerProcesses: 8,
  maxParallelWorkers: 2,
};
