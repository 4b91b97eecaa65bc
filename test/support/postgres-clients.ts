import { existsSync, readdirSync } from 'node:fs';

const places = '/usr/lib/postgresql';

/** Whether this computer has pg_dump of a version that fits the embedded PostgreSQL. */
export const hasClients = (existsSync(places) ? readdirSync(places) : []).some((major) => Number(major) >= 17);

/** A directory with PostgreSQL's client programs, for a computer that has none that fit. */
export const { TEST_POSTGRES_BIN: clientsDirectory = '' } = process.env;
