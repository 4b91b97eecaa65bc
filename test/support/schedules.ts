import type { DataSource } from 'typeorm';
import { BackupSchedulesDocument, ScheduleBackupsDocument } from '../operations/documents.js';
import type { Api } from './api.js';

/** As if the time of all schedules had come, that long ago: their rows, and their alarms. */
export async function due(db: DataSource, ago: string): Promise<void> {
  await db.query(`UPDATE backup_schedule SET next_at = now() - $1::interval`, [ago]);
  await db.query(`UPDATE agenda_jobs SET next_run_at = now() WHERE name = 'backup schedule'`);
}

/** Schedules backups of a cluster, for once a year unless told otherwise. */
export const schedule = (api: Api, clusterId: string, more: object) =>
  api.get(ScheduleBackupsDocument, { input: { clusterId, cron: '0 3 1 1 *', ...more } });

export const schedulesOf = async (api: Api, clusterId: string) =>
  (await api.get(BackupSchedulesDocument, { clusterId })).backupSchedules;

/** A cluster's schedule. */
export async function scheduleOf(api: Api, clusterId: string) {
  const [first] = await schedulesOf(api, clusterId);
  if (first === undefined) throw new Error('no schedule');
  return first;
}
