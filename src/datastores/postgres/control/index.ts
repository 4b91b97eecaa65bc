import { sh, type Command } from '../../../shell/command.js';
import type { Node } from '../../datastore.js';
import { layoutOf, type Versioned } from '../layout.js';
import { asOwner } from '../owner.js';
import { byHand } from './by-hand.js';
import { bySystemd } from './by-systemd.js';
import type { Control } from './control.js';

export const controlOf = ({ facts }: Node): Control => (facts.init === 'local' ? byHand : bySystemd);

/** Check: was started after each of `files` was written. */
export const startedAfter = (cluster: Versioned, node: Node, files: readonly string[]): Command =>
  sh`(for file in ${files}; do [ ${layoutOf(cluster, node).startedAt} -nt "$file" ] || exit 1; done)`;

/** Reads its configuration and says what is wrong with it, in PostgreSQL's own words; nothing is started. */
export function readsConfiguration(cluster: Versioned, node: Node): Command {
  const { bin, conf } = layoutOf(cluster, node);
  return asOwner(node, sh`${`${bin}postgres`} -D ${conf} -C data_directory >/dev/null`);
}
