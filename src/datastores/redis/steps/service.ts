import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import { systemd } from '../../../shell/systemd.js';
import type { Layout } from '../layout.js';

/** Debian's unit on our configuration, from boot on. */
export const setUpService = ({ unit, ...layout }: Layout): Step => ({
  name: 'set up the service',
  check: all(systemd.isLoaded(unit), systemd.isEnabled(unit), file.matches(layout.dropIn, dropIn({ unit, ...layout }))),
  apply: [
    all(
      sh`mkdir -p ${posix.dirname(layout.dropIn)}`,
      file.write(layout.dropIn, dropIn({ unit, ...layout }), { mode: 0o644 }),
    ),
    all(systemd.reload(), systemd.enable(unit)),
  ],
});

/** A server that left the cluster would follow its primary again after a boot. */
export const retireService = ({ unit }: Layout): Step => ({
  name: 'keep the service from starting at boot',
  check: sh`! ${systemd.isEnabled(unit)}`,
  apply: [sh`systemctl disable --quiet ${unit}`],
});

/** The server may write its data, and not its configuration. One that dies is started again, for ever. */
export const dropIn = ({ server, settings, data, pid }: Layout): string => `\
# Written by DTrove.
[Unit]
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0
ConditionPathExists=${settings}

[Service]
ExecStart=
ExecStart=/usr/bin/${server} ${settings} --supervised systemd --daemonize no
Restart=always
RestartSec=1
ReadWritePaths=
ReadWritePaths=${data} ${posix.dirname(pid)}
`;
