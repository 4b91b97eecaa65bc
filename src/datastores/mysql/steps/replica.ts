import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import type { ClusterView } from '../../datastore.js';
import { client, query } from '../client.js';
import type { Flavour } from '../flavour.js';
import { copyPrimary } from '../initialise.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';
import { isTold, tell } from './told.js';

export const copyData = (flavour: Flavour, cluster: ClusterView, layout: Layout): Step => ({
  name: 'copy the primary',
  check: file.exists(layout.data),
  apply: [copyPrimary(flavour, cluster, layout)],
});

/** MariaDB has to be told where a copy stands in the primary's log, once; before it follows, or it would go back. */
export const takePosition = (flavour: Flavour, layout: Layout): Step => ({
  name: 'take over the position in the log',
  check: file.absent(layout.position),
  apply: [
    sh`position=$(cat ${layout.position}) && printf "STOP ALL SLAVES; SET GLOBAL gtid_slave_pos = '%s';\\n" "$position" | ${client(flavour, layout)}`,
    asOwner(file.remove(layout.position)),
  ],
});

/** Following is the replica's own work: it connects again by itself, whatever comes between. */
export function follow(flavour: Flavour, cluster: ClusterView, layout: Layout): Step {
  const sql = flavour.followSql(cluster, layout);
  return {
    name: 'follow the primary',
    check: isTold(layout.source, sql, following(flavour, layout, 30)),
    apply: [query(flavour, layout, sql), tell(layout.source, sql), following(flavour, layout, 300)],
  };
}

/** Asks every tenth of a second whether both of its threads run, `times` times; then fails in its own words. */
const following = (flavour: Flavour, layout: Layout, times: number): Command => sh`{ times=${times}
while :; do
  told=$(echo 'SHOW REPLICA STATUS;' | ${client(flavour, layout)} 2>&1)
  [ "$(printf '%s\\n' "$told" | grep -cE '^ *(Slave|Replica)_(IO|SQL)_Running: Yes$')" -ne 2 ] || break
  times=$((times - 1))
  if [ "$times" -le 0 ]; then
    printf '%s\\n' "$told" | grep -E 'Last_(IO|SQL)_Error: .|^ERROR' >&2 || echo 'the replica does not reach its primary' >&2
    exit 1
  fi
  sleep 0.1
done; }`;
