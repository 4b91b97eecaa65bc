import { z } from 'zod';
import { defineJob } from './define-job.js';

/** What the job calls. */
export interface ScheduleServices {
  readonly scheduler: { wake(scheduleId: string): Promise<void> };
}

/** The alarm of one schedule of backups. Waking one that is not due, or is gone, begins nothing. */
export const wakeSchedule = defineJob({
  name: 'backup schedule',
  Data: z.strictObject({ scheduleId: z.uuid() }),
  run: ({ scheduleId }, { scheduler }: ScheduleServices) => scheduler.wake(scheduleId),
});
