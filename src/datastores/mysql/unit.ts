import type { OwnUnit } from '../own-unit-steps.js';
import { said } from './control.js';
import type { Flavour } from './flavour.js';
import type { Layout } from './layout.js';
import { asOwner } from './owner.js';

/** Its server, as the steps of a unit know it. */
export const unitOf = (flavour: Flavour, layout: Layout): OwnUnit => ({
  title: flavour.title,
  unit: layout.unit,
  started: layout.started,
  restart: layout.restart,
  files: [layout.settings, layout.certificate, layout.key, layout.ca],
  said: said(layout),
  readsSettings: asOwner(flavour.readsSettings(layout)),
  asOwner,
});
