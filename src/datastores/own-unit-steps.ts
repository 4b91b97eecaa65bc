import type { Step } from '../plan/step.js';
import { all, sh, type Command } from '../shell/command.js';
import { systemd } from '../shell/systemd.js';
import { newerThan, startUnit, stopUnit } from './own-unit.js';

/** A database's server as a unit of ours. */
export interface OwnUnit {
  readonly title: string;
  readonly unit: string;
  /** A file that is written at each start. */
  readonly started: string;
  /** Where it is noted that a restart was asked for. */
  readonly restart: string;
  /** What a start reads. */
  readonly files: readonly string[];
  /** Prints what the unit has said since the time in `$begun`. */
  readonly said: Command;
  /** Fails, in the server's own words, where it would not come up on its settings. */
  readonly readsSettings: Command;
  readonly asOwner: (command: Command) => Command;
}

/** Runs, whatever settings it was started on. */
export const startServer = ({ title, unit, said }: OwnUnit): Step => ({
  name: `start ${title}`,
  check: systemd.isActive(unit),
  apply: [startUnit(unit, said)],
});

/**
 * Runs on the files that are there now: one that was started before they were written is restarted, unless they are
 * such that it would not come up again.
 */
export function startOntoSettings({ title, unit, started, files, said, readsSettings }: OwnUnit): Step {
  const fresh = newerThan(started, files);
  return {
    name: `start ${title}`,
    check: all(fresh, systemd.isActive(unit)),
    apply: [
      all(
        sh`${fresh} || ${systemd.isInactive(unit)} || { { ${readsSettings}; } && { ${stopUnit(unit)}; }; }`,
        startUnit(unit, said),
      ),
    ],
  };
}

export const stopServer = ({ title, unit }: OwnUnit): Step => ({
  name: `stop ${title}`,
  check: systemd.isInactive(unit),
  apply: [stopUnit(unit)],
});

/**
 * A restart asked for at `since`. The asking is noted on the server first, so that its own clock alone tells whether
 * the start came after it: a server whose clock is wrong is restarted all the same, and once.
 */
export function restartServer({ title, unit, started, restart, said, asOwner }: OwnUnit, since: Date): Step {
  const asked = since.toISOString();
  return {
    name: `restart ${title}`,
    check: all(sh`grep -Fqsx ${asked} ${restart}`, newerThan(started, [restart]), systemd.isActive(unit)),
    apply: [asOwner(sh`echo ${asked} >${restart}`), stopUnit(unit), startUnit(unit, said)],
  };
}
