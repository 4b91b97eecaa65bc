import { defineManager, type Manager } from '../datastore.js';
import type { Templates } from '../templates.js';
import { exportingOf } from './exports/index.js';
import type { Flavour } from './flavour.js';
import { dataRoot } from './layout.js';
import { mariadbFlavour } from './mariadb.js';
import { mysqlFlavour } from './mysql.js';
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
    serviceName: id,
    port: 3306,
    versions,
    Settings,
    dataRoot,
    uri: { scheme: 'mysql', database: null, query: 'ssl-mode=REQUIRED' },
    plans: plansOf(flavour, templateOf),
    exporting: exportingOf(flavour),
    parameters: parametersOf(flavour, templateOf),
    status: (_, node) => status(flavour, node),
    parseStatus: (result) => parseStatus(flavour, result),
  });
};

export const mariadb = (kit: Kit): Manager => managerOf(mariadbFlavour, kit);

export const mysql = (kit: Kit): Manager => managerOf(mysqlFlavour, kit);
