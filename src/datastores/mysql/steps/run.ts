import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import { systemd } from '../../../shell/systemd.js';
import { start, startedAfter, stop } from '../control.js';
import type { Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';

/** Runs, whatever settings it was started on. */
export const startServer = ({ title }: Flavour, layout: Layout): Step => ({
  name: `start ${title}`,
  check: systemd.isActive(layout.unit),
  apply: [start(layout)],
});

/**
 * Runs on the files that are there now: one that was started before they were written is restarted, unless they are
 * such that it would not come up again.
 */
export function startOntoSettings(flavour: Flavour, layout: Layout): Step {
  const { unit, settings, certificate, key, ca } = layout;
  const fresh = startedAfter(layout, [settings, certificate, key, ca]);
  return {
    name: `start ${flavour.title}`,
    check: all(fresh, systemd.isActive(unit)),
    apply: [
      all(
        sh`${fresh} || ${systemd.isInactive(unit)} || { { ${asOwner(flavour.readsSettings(layout))}; } && { ${stop(layout)}; }; }`,
        start(layout),
      ),
    ],
  };
}

export const stopServer = ({ title }: Flavour, layout: Layout): Step => ({
  name: `stop ${title}`,
  check: systemd.isInactive(layout.unit),
  apply: [stop(layout)],
});

/**
 * A restart asked for at `since`. The asking is noted on the server first, so that its own clock alone tells whether
 * the start came after it: a server whose clock is wrong is restarted all the same, and once.
 */
export function restartServer({ title }: Flavour, layout: Layout, since: Date): Step {
  const asked = since.toISOString();
  const { restart, unit } = layout;
  return {
    name: `restart ${title}`,
    check: all(sh`grep -Fqsx ${asked} ${restart}`, startedAfter(layout, [restart]), systemd.isActive(unit)),
    apply: [asOwner(sh`echo ${asked} >${restart}`), stop(layout), start(layout)],
  };
}
