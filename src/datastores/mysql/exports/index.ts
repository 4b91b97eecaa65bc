import type { Exporting } from '../../datastore.js';
import type { Flavour } from '../flavour.js';
import { dumpDatabase, survey } from './dump.js';
import { abandon, loadDatabase } from './load.js';
import { placeDatabase } from './place.js';
import { makeUsers, users } from './users.js';

/** mysqldump or mariadb-dump and the client; a database takes its place table by table, in one statement. */
export const exportingOf = (flavour: Flavour): Exporting => ({
  formats: ['PLAIN'],
  whole: null,
  versionNumbers: 2,
  survey: (_, node, named) => survey(flavour, node, named),
  dump: (cluster, node, dump) => dumpDatabase(flavour, cluster, node, dump),
  users: (cluster, node) => users(flavour, cluster, node),
  makeUsers: (cluster, node, given) => makeUsers(flavour, cluster, node, given),
  load: (cluster, node, load) => loadDatabase(flavour, cluster, node, load),
  place: (cluster, node, load) => placeDatabase(flavour, cluster, node, load),
  abandon: (_, node, load) => abandon(flavour, node, load),
});
