import type { Step } from '../../../plan/step.js';
import { sh, withoutStdin, withStdin } from '../../../shell/command.js';
import type { ClusterView } from '../../datastore.js';
import type { Layout } from '../layout.js';
import { reading } from './copies.js';

/** Has everything written once more, as to a replica, and that checked key by key. */
export function verifyData(layout: Layout, cluster: ClusterView): Step[] {
  const read = reading(layout, cluster);
  const done = `${layout.conf}/verified`;
  const { stdin = '' } = read;
  return [
    {
      name: 'read and check every key',
      check: sh`[ -f ${done} ]`,
      apply: [
        {
          kind: 'detached',
          name: `${layout.user}-verify`,
          command: withStdin(
            sh`rdb=$(mktemp /var/tmp/verify.XXXXXX) || exit 1
trap 'rm -f "$rdb"' EXIT
(${withoutStdin(read)}) >"$rdb" || exit 1
said=$(${`${layout.user}-check-rdb`} "$rdb" 2>&1) && : >${done} || { printf '%s\\n' "$said" | tail -n 5 >&2; exit 1; }`,
            stdin,
          ),
          init: 'systemd',
          timeoutMs: 24 * 3_600_000,
        },
      ],
    },
  ];
}
