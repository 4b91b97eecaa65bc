import { LessThanOrEqual } from 'typeorm';
import { BackupSchedule } from '../../../schema/backup-schedule.js';
import type { Platform } from '../../clusters/platform.js';
import { isAway } from '../../db/away.js';
import { messageOf } from '../../errors.js';
import type { Log } from '../../log.js';
import { Duty } from '../../operations/duty.js';
import type { Operations } from '../../operations/operations.js';
import { seldom } from '../../seldom.js';
import { cannotFire, fire } from './fire.js';
import { removeThrowaways } from './throwaways.js';
import { tidy } from './tidy.js';

export interface SchedulerOptions {
  readonly platform: Platform;
  readonly operations: Operations;
  /** Names this process among all workers. */
  readonly owner: string;
  readonly log: Log;
}

/** From one look to the next, and how long a process that dies keeps the duty, in milliseconds. */
const everyMs = 1_000;
const dutyMs = 6_000;

/** Begins the backups that are due, and removes those that nothing keeps any more. One process of all does it. */
export class Scheduler {
  private readonly duty: Duty;
  private readonly complain;
  private timer: NodeJS.Timeout | null = null;
  private going: Promise<void> | null = null;

  constructor(private readonly options: SchedulerOptions) {
    this.duty = new Duty(options.platform.db, 'backups', options.owner, dutyMs);
    this.complain = seldom(60_000, (error: unknown, untold) => {
      options.log.warn({ error: messageOf(error), untold }, 'cannot look after the schedules of backups');
    });
  }

  start(): void {
    this.timer = setInterval(() => void this.turn(), everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.going;
    await this.duty.release().catch(() => undefined);
  }

  /** One look, unless the last one goes on. */
  private async turn(): Promise<void> {
    if (this.going !== null) return;
    this.going = this.look().catch(this.complain);
    await this.going;
    this.going = null;
  }

  private async look(): Promise<void> {
    const { platform, operations } = this.options;
    if (!(await this.duty.hold())) return;
    const { manager } = platform.db;
    const due = await manager.find(BackupSchedule, {
      where: { nextAt: LessThanOrEqual(new Date()) },
      select: { id: true },
    });
    for (const { id } of due) await this.begin(id);
    const untidy = await manager.find(BackupSchedule, { where: { tidy: true }, select: { id: true } });
    for (const { id } of untidy) await tidy(platform, operations, id);
    await removeThrowaways(platform, operations);
  }

  private async begin(id: string): Promise<void> {
    const { platform, operations } = this.options;
    try {
      const begun = await platform.db.transaction((tx) => fire(tx, platform, operations, id));
      if (begun !== null) await operations.wake(begun);
    } catch (error) {
      if (isAway(error)) throw error;
      await cannotFire(platform, id, error);
    }
  }
}
