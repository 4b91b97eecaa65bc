import type { Exporting } from '../../datastore.js';
import { dumpDatabase, survey } from './dump.js';
import { abandon, loadDatabase, placeDatabase } from './load.js';
import { makeUsers, users } from './users.js';

/** pg_dump, pg_restore and psql; a database takes its place by being renamed. */
export const exporting: Exporting = {
  formats: ['CUSTOM', 'PLAIN'],
  whole: null,
  versionNumbers: 1,
  survey,
  dump: dumpDatabase,
  users,
  makeUsers,
  load: loadDatabase,
  place: placeDatabase,
  abandon,
};
