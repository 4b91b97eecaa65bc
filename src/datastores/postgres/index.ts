import { defineManager, type Manager } from '../datastore.js';
import type { Templates } from '../templates.js';
import { exporting } from './exports/index.js';
import { dataRoot } from './layout.js';
import { parametersOf } from './parameters.js';
import { plansOf } from './plans.js';
import { quoteSetting } from './quoting.js';
import { Settings } from './settings.js';
import { parseStatus, status } from './status.js';

const versions = ['18', '17', '16', '15'];

/** PostgreSQL with streaming replicas. Throws where a version has no template, or a wrong one. */
export function postgres({ templates }: { readonly templates: Templates }): Manager {
  const byVersion = new Map(versions.map((version) => [version, templates('postgres', version, quoteSetting)]));
  const templateOf = (version: string) => byVersion.get(version) ?? templates('postgres', version, quoteSetting);
  return defineManager({
    id: 'postgres',
    serviceName: 'postgresql',
    port: 5432,
    versions,
    Settings,
    dataRoot,
    uri: { scheme: 'postgresql', database: 'postgres', query: 'sslmode=require' },
    plans: plansOf(templateOf),
    exporting,
    parameters: parametersOf(templateOf),
    status,
    parseStatus,
  });
}
