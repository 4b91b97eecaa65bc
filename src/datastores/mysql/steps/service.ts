import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import { systemd } from '../../../shell/systemd.js';
import type { Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';

/** The package's unit on our configuration, from boot on. */
export function setUpService(flavour: Flavour, layout: Layout): Step {
  const { unit } = layout;
  const text = dropIn(flavour, layout);
  return {
    name: 'set up the service',
    check: all(systemd.isLoaded(unit), systemd.isEnabled(unit), file.matches(layout.dropIn, text)),
    apply: [
      all(sh`mkdir -p ${posix.dirname(layout.dropIn)}`, file.write(layout.dropIn, text, { mode: 0o644 })),
      all(systemd.reload(), systemd.enable(unit)),
    ],
  };
}

/** A server that left the cluster would follow its primary again after a boot. */
export const retireService = ({ unit }: Layout): Step => ({
  name: 'keep the service from starting at boot',
  check: sh`! ${systemd.isEnabled(unit)}`,
  apply: [sh`systemctl disable --quiet ${unit}`],
});

/** None of the package's own work before and after a start, which is about data of its own. One that dies is started again. */
export const dropIn = ({ server }: Flavour, { settings, data, started }: Layout): string => `\
# Written by DTrove.
[Unit]
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0
ConditionPathExists=${data}

[Service]
PermissionsStartOnly=false
ExecStartPre=
ExecStartPre=/usr/bin/touch ${started}
ExecStart=
ExecStart=${server} --defaults-file=${settings}
ExecStartPost=
RuntimeDirectory=mysqld
RuntimeDirectoryMode=0755
ProtectSystem=full
Restart=always
RestartSec=1
`;
