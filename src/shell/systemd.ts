import { sh, type Command } from './command.js';

/** Checks and effects on one systemd unit, such as `postgresql.service`. */
export const systemd = {
  /** Check: the unit runs. */
  isActive: (unit: string): Command => sh`systemctl is-active --quiet ${unit}`,

  /** Check: the unit does not run, nor is it about to start or to stop. */
  isInactive: (unit: string): Command =>
    sh`case $(systemctl show -p ActiveState --value ${unit}) in inactive|failed) ;; *) false ;; esac`,

  /** Check: systemd knows the unit, and has read what its files say now. */
  isLoaded: (unit: string): Command =>
    sh`known=$(systemctl show -p LoadState -p NeedDaemonReload ${unit}) && [ "$known" = "$(printf 'LoadState=loaded\\nNeedDaemonReload=no')" ]`,

  /** Check: the unit starts at boot. */
  isEnabled: (unit: string): Command => sh`systemctl is-enabled --quiet ${unit}`,

  start: (unit: string): Command => sh`systemctl start ${unit}`,

  stop: (unit: string): Command => sh`systemctl stop ${unit}`,

  restart: (unit: string): Command => sh`systemctl restart ${unit}`,

  enable: (unit: string): Command => sh`systemctl enable --quiet ${unit}`,

  /** Makes systemd read unit files and drop-ins that were written since. */
  reload: (): Command => sh`systemctl daemon-reload`,
};
