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
  /** From one sweep to the next, in milliseconds. */
  readonly sweepMs?: number;
}

const sweepMs = 30_000;

/** How soon it is looked what the end of an operation has made possible, in milliseconds. */
const soonMs = 500;

/**
 * Begins the backups that are due, and removes those that nothing keeps any more. An alarm wakes it for a schedule, the
 * end of an operation for what that has made possible; a sweep, which one process of all does, finds what was missed.
 */
export class Scheduler {
  private readonly duty: Duty;
  private readonly complain;
  private readonly sweepMs: number;
  private timer: NodeJS.Timeout | null = null;
  private soon: NodeJS.Timeout | null = null;
  private going: Promise<void> = Promise.resolve();
  private waiting = 0;
  private stopped = false;

  constructor(private readonly options: SchedulerOptions) {
    this.sweepMs = options.sweepMs ?? sweepMs;
    this.duty = new Duty(options.platform.db, 'backups', options.owner, 2 * this.sweepMs);
    this.complain = seldom(60_000, (error: unknown, untold) => {
      options.log.warn({ error: messageOf(error), untold }, 'cannot look after the schedules of backups');
    });
  }

  start(): void {
    this.timer = setInterval(() => void this.sweep(), this.sweepMs);
    // Whoever had the duty may have died with it: what was missed does not wait for that.
    void this.turn(() => this.look());
  }

  /** The alarm of a schedule has gone off. */
  async wake(scheduleId: string): Promise<void> {
    await this.turn(() => this.begin(scheduleId));
  }

  /** An operation has ended: what waited for that goes on. */
  ended(): void {
    if (this.stopped || this.soon !== null) return;
    this.soon = setTimeout(() => {
      this.soon = null;
      void this.turn(() => this.look());
    }, soonMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    if (this.soon !== null) clearTimeout(this.soon);
    await this.going;
    await this.duty.release().catch(() => undefined);
  }

  private async sweep(): Promise<void> {
    // A database that is slow is not asked the more for it.
    if (this.waiting > 0) return;
    await this.turn(async () => {
      if (await this.duty.hold()) await this.look();
    });
  }

  /** One after the other. */
  private turn(work: () => Promise<void>): Promise<void> {
    this.waiting += 1;
    this.going = this.going
      .then(() => (this.stopped ? undefined : work()))
      .catch(this.complain)
      .finally(() => {
        this.waiting -= 1;
      });
    return this.going;
  }

  private async look(): Promise<void> {
    const { platform, operations } = this.options;
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
