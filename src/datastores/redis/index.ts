import { defineManager, type Manager } from '../datastore.js';
import type { Templates } from '../templates.js';
import { exportingOf } from './exports/exporting.js';
import { redisFlavour, valkeyFlavour, type Flavour } from './flavour.js';
import { dataRootOf } from './layout.js';
import { parametersOf } from './parameters.js';
import { plansOf } from './plans.js';
import { quoteSetting } from './quoting.js';
import { Settings } from './settings.js';
import { parseStatus, status } from './status.js';

type Kit = Readonly<{ templates: Templates }>;

/** A primary and its replicas. Throws where a version has no template, or a wrong one. */
const managerOf = (flavour: Flavour, { templates }: Kit): Manager => {
  const { id, versions } = flavour;
  const byVersion = new Map(versions.map((version) => [version, templates(id, version, quoteSetting)]));
  const templateOf = (version: string) => byVersion.get(version) ?? templates(id, version, quoteSetting);
  return defineManager({
    id,
    serviceName: `${id}-server`,
    port: 6379,
    versions,
    Settings,
    dataRoot: dataRootOf(flavour),
    uri: { scheme: 'rediss', database: null, query: '' },
    plans: plansOf(flavour, templateOf),
    exporting: exportingOf(flavour),
    parameters: parametersOf(flavour, templateOf),
    status: (cluster, node) => status(flavour, cluster, node),
    parseStatus: (result) => parseStatus(flavour, result),
  });
};

export const redis = (kit: Kit): Manager => managerOf(redisFlavour, kit);

export const valkey = (kit: Kit): Manager => managerOf(valkeyFlavour, kit);
