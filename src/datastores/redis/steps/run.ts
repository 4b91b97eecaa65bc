import type { Step } from '../../../plan/step.js';
import * as own from '../../own-unit-steps.js';
import { readsSettings, said } from '../control.js';
import type { Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';

const unitOf = (flavour: Flavour, layout: Layout): own.OwnUnit => ({
  title: flavour.title,
  unit: layout.unit,
  started: layout.pid,
  restart: layout.restart,
  files: [layout.settings, layout.users, layout.certificate, layout.key, layout.ca],
  said: said(layout),
  readsSettings: readsSettings(layout),
  asOwner: (command) => asOwner(layout, command),
});

export const startServer = (flavour: Flavour, layout: Layout): Step => own.startServer(unitOf(flavour, layout));
export const stopServer = (flavour: Flavour, layout: Layout): Step => own.stopServer(unitOf(flavour, layout));
export const startOntoSettings = (flavour: Flavour, layout: Layout): Step =>
  own.startOntoSettings(unitOf(flavour, layout));
export const restartServer = (flavour: Flavour, layout: Layout, since: Date): Step =>
  own.restartServer(unitOf(flavour, layout), since);
