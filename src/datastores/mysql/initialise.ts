import { withStdin } from '../../shell/command.js';
import type { DetachedJob } from '../../shell/detached.js';
import type { ClusterView } from '../datastore.js';
import { wholeData } from '../whole-data.js';
import { job, type Flavour } from './flavour.js';
import type { Layout } from './layout.js';
import { asOwner } from './owner.js';

/** The lines that tell what is wrong, where there are such; beside them may stand hundreds. */
const telling = '(ERROR|FATAL|error:)';

const freshOf = ({ data }: Layout): string => `${data}.new`;

/** A new data directory. It is made beside its place and moved there when it is whole: one that is there is a good one. */
export const initialise = (flavour: Flavour, layout: Layout): DetachedJob =>
  job(
    flavour,
    'init',
    asOwner(wholeData(layout.data, freshOf(layout), flavour.initialise(layout, freshOf(layout)), telling)),
    0.25,
  );

/** A copy of the primary's data, made beside its place and moved there when it is whole. */
export function copyPrimary(flavour: Flavour, cluster: ClusterView, layout: Layout): DetachedJob {
  const { command, input } = flavour.copy(cluster, layout, freshOf(layout));
  return job(flavour, 'copy', asOwner(withStdin(wholeData(layout.data, freshOf(layout), command, telling), input)), 24);
}
