import pg from 'pg';
import {
  BackupDocument,
  BackupsDocument,
  CreateBackupDocument,
  RestoreBackupDocument,
  type BackupPartsFragment,
  type RestoreBackupInput,
} from '../operations/documents.js';
import type { Api } from './api.js';
import { cluster, succeed, type Created } from './clusters.js';

export type Backup = BackupPartsFragment;

/** Makes a backup, and waits until it is whole. */
export async function backUp(api: Api, clusterId: string, storeId?: string): Promise<Backup> {
  const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId, storeId } });
  await succeed(api, createBackup.operation.id);
  return backup(api, createBackup.backup.id);
}

export async function backup(api: Api, id: string): Promise<Backup> {
  const { backup: found } = await api.get(BackupDocument, { id });
  if (found == null) throw new Error(`no backup ${id}`);
  return found;
}

/** The ids of the backups that are listed, newest first. */
export async function listed(api: Api, clusterId?: string): Promise<readonly string[]> {
  const { backups } = await api.get(BackupsDocument, { clusterId });
  return backups.edges.map(({ node }) => node.id);
}

/** Makes a cluster of a backup, and waits until it is there. */
export async function restore(api: Api, input: RestoreBackupInput): Promise<Created> {
  const { restoreBackup } = await api.get(RestoreBackupDocument, { input });
  await succeed(api, restoreBackup.operation.id);
  return restoreBackup;
}

/** A client of a cluster's node on this machine: of the primary unless told otherwise. */
export async function connect(api: Api, made: Created, node = 0): Promise<pg.Client> {
  const { endpoints } = await cluster(api, made.cluster.id);
  const { username: user, password } = made.credentials;
  const client = new pg.Client({
    host: '127.0.0.1',
    port: endpoints[node]?.port ?? 0,
    user,
    password,
    database: 'postgres',
    ssl: { rejectUnauthorized: false },
  });
  await client.connect();
  return client;
}

/** What a query answers on a node. */
export async function ask<T extends pg.QueryResultRow>(api: Api, made: Created, sql: string, node = 0): Promise<T[]> {
  const client = await connect(api, made, node);
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Numbers, one after the other, each noted when the primary has acknowledged it. */
export async function startWriting(api: Api, made: Created) {
  const client = await connect(api, made);
  await client.query('CREATE TABLE IF NOT EXISTS number (n int PRIMARY KEY)');
  const written: number[] = [];
  const stopped = new AbortController();
  const writing = (async () => {
    for (let n = 1; !stopped.signal.aborted; n += 1) {
      await client.query('INSERT INTO number VALUES ($1)', [n]);
      written.push(n);
    }
  })();
  return {
    written: () => written.length,
    stop: async () => {
      stopped.abort();
      await writing;
      await client.end();
      return written;
    },
  };
}

/** Makes a table `thing` of so many rows, of some 32 bytes each times `each`, that no compression makes less of. */
export const fill = (api: Api, made: Created, rows = 20_000, each = 60): Promise<unknown> =>
  ask(
    api,
    made,
    `CREATE TABLE thing AS SELECT i, string_agg(md5(i::text || j::text), '') AS text
       FROM generate_series(1, ${rows}) AS i, generate_series(1, ${each}) AS j GROUP BY i`,
  );
