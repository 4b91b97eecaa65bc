import type { Step } from '../../../plan/step.js';
import { file } from '../../../shell/file.js';
import type { ClusterView } from '../../datastore.js';
import { query } from '../client.js';
import type { Flavour } from '../flavour.js';
import { initialise } from '../initialise.js';
import type { Layout } from '../layout.js';
import { isTold, tell } from './told.js';

export const initialiseData = (flavour: Flavour, layout: Layout): Step => ({
  name: 'initialise the database',
  check: file.exists(layout.data),
  apply: [initialise(flavour, layout)],
});

/** Users travel to the replicas with the data. */
export function createUsers(flavour: Flavour, cluster: ClusterView, layout: Layout): Step {
  const sql = flavour.usersSql(cluster);
  return {
    name: 'create users',
    check: isTold(layout.users, sql),
    apply: [query(flavour, layout, sql), tell(layout.users, sql)],
  };
}
