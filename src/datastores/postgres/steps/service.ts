import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import { systemd } from '../../../shell/systemd.js';
import type { ClusterView, Node } from '../../datastore.js';
import { layoutOf, unitOf, type Versioned } from '../layout.js';

/** What DTrove adds to Debian's unit. */
export const dropInOf = (cluster: Versioned): string => `/etc/systemd/system/${unitOf(cluster)}.d/dtrove.conf`;

/**
 * Debian's unit, as PostgreSQL's manual has it: Debian's own wrapper takes three seconds to tell that a server has
 * started, and does not tell systemd when it has not. A server that dies is started again. What starts it at boot is
 * Debian's generator, which finds every cluster below /etc/postgresql.
 */
export function setUpService(cluster: ClusterView, node: Node): Step {
  const unit = unitOf(cluster);
  const path = dropInOf(cluster);
  const text = dropIn(cluster, node);
  return {
    name: 'set up the service',
    check: all(systemd.isLoaded(unit), file.matches(path, text)),
    apply: [all(sh`mkdir -p ${posix.dirname(path)}`, file.write(path, text, { mode: 0o644 })), systemd.reload()],
  };
}

function dropIn(cluster: ClusterView, node: Node): string {
  const { bin, conf, log } = layoutOf(cluster, node);
  return `\
# Written by DTrove.
[Unit]
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
User=postgres
Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj
PIDFile=
ExecStart=
ExecStart=${bin}postgres -D ${conf}
ExecStop=
ExecReload=
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
KillSignal=SIGINT
Restart=on-failure
RestartSec=1
StandardOutput=append:${log}
StandardError=inherit
`;
}
