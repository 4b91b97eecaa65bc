import { z } from 'zod';
import { defineJob } from './define-job.js';

/** What jobs call. */
export interface JobServices {
  readonly worker: { wake(operationId: string): Promise<void> };
}

/** The wake-up of one operation. Waking one that runs already, or has ended, does nothing. */
export const wakeOperation = defineJob({
  name: 'operation',
  Data: z.strictObject({ operationId: z.uuid() }),
  run: ({ operationId }, { worker }: JobServices) => worker.wake(operationId),
});
