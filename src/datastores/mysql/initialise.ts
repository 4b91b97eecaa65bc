import { sh, withStdin, type Command } from '../../shell/command.js';
import type { DetachedJob } from '../../shell/detached.js';
import type { ClusterView } from '../datastore.js';
import { job, type Flavour } from './flavour.js';
import type { Layout } from './layout.js';
import { asOwner } from './owner.js';

/** The lines that tell what is wrong, where there are such; beside them may stand hundreds. */
const telling = '(ERROR|FATAL|error:)';

/**
 * Makes `data` by `make` beside its place, and moves it there when it is whole. What is said meanwhile waits in memory:
 * on a full disk there is room for the words only when the half-made data are gone.
 */
const whole = (data: string, fresh: string, make: Command): Command => sh`rm -rf ${fresh}
if said=$({ ${make}; } 2>&1); then
  printf '%s\\n' "$said"
  mv ${fresh} ${data}
else
  code=$?
  rm -rf ${fresh}
  printf '%s\\n' "$said" | grep -E ${telling} >&2 || printf '%s\\n' "$said" >&2
  exit "$code"
fi`;

const freshOf = ({ data }: Layout): string => `${data}.new`;

/** A new data directory. It is made beside its place and moved there when it is whole: one that is there is a good one. */
export const initialise = (flavour: Flavour, layout: Layout): DetachedJob =>
  job(flavour, 'init', asOwner(whole(layout.data, freshOf(layout), flavour.initialise(layout, freshOf(layout)))), 0.25);

/** A copy of the primary's data, made beside its place and moved there when it is whole. */
export function copyPrimary(flavour: Flavour, cluster: ClusterView, layout: Layout): DetachedJob {
  const { command, input } = flavour.copy(cluster, layout, freshOf(layout));
  return job(flavour, 'copy', asOwner(withStdin(whole(layout.data, freshOf(layout), command), input)), 24);
}
