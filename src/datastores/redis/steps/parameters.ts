import { createHash } from 'node:crypto';
import type { Step } from '../../../plan/step.js';
import { sh, withStdin } from '../../../shell/command.js';
import { Secret } from '../../../shell/secret.js';
import type { Node } from '../../datastore.js';
import { client } from '../client.js';
import { readsSettings } from '../control.js';
import { controlPassword, controlUser } from '../files.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';
import { quoteWord } from '../quoting.js';

/**
 * Tells a running server what its file says by now, all or nothing, once it is known to start on that file too. `asked`
 * tells this time from another: between two, a restart may have brought other values.
 */
export function configure(layout: Layout, node: Node, pairs: string, asked: string): Step {
  const digest = createHash('sha256').update(`${asked}\n${pairs}`).digest('hex');
  const login = `AUTH ${controlUser} ${quoteWord(controlPassword(node).reveal())}`;
  return {
    name: 'set the parameters',
    check: sh`grep -Fqsx ${digest} ${layout.told}`,
    apply: [
      readsSettings(layout),
      withStdin(
        sh`told=$(${client(layout)} 2>&1)
case $told in
  "OK
OK") ;;
  *WRONGPASS*|*NOPERM*) echo 'the server was started before DTrove could set parameters while it runs: restart the cluster, and try again' >&2; exit 1 ;;
  *) printf '%s\\n' "$told" | grep -vx OK >&2; exit 1 ;;
esac`,
        new Secret(`${login}\nCONFIG SET ${pairs}\n`),
      ),
      asOwner(layout, sh`echo ${digest} >${layout.told}`),
    ],
  };
}
