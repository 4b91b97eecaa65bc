import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Cluster } from '../../schema/cluster.js';
import { ConfigurationVersion } from '../../schema/configuration.js';
import { configuredValues } from '../clusters/configured.js';
import type { Platform } from '../clusters/platform.js';
import { liveInstances } from '../clusters/states.js';
import { loadView, type Loaded } from '../clusters/view.js';
import type { Operation } from '../../schema/operation.js';
import { knownOf, type Known } from './check-values.js';

/** What a cluster is to have: a version of a configuration, or none. */
export interface Target {
  readonly clusterId: string;
  readonly configurationId: string | null;
  readonly version: number | null;
}

const Input = z.object({ clusterId: z.string(), configurationId: z.string().nullable(), version: z.int().nullable() });

export const targetOf = ({ input }: Pick<Operation, 'input'>): Target => Input.parse(input);

/** A cluster as it is, and as it is to be. */
export interface Prepared {
  readonly known: Known;
  readonly before: Loaded;
  readonly after: Loaded;
  /** The parameters that one of the two says something of. */
  readonly names: ReadonlySet<string>;
}

/** From the rows alone: the same before, in the middle of and after a change, until that is recorded. */
export async function prepare(platform: Platform, db: EntityManager, target: Target): Promise<Prepared> {
  const { clusterId, configurationId, version } = target;
  const cluster = await db.findOneByOrFail(Cluster, { id: clusterId });
  const had = await configuredValues(db, cluster);
  const values =
    configurationId === null || version === null
      ? {}
      : (await db.findOneByOrFail(ConfigurationVersion, { configurationId, version })).values;
  // Nodes that were never reached have no database to change.
  const instances = (await liveInstances(db, clusterId)).filter(({ facts }) => facts !== null);
  const before = await loadView(platform, db, clusterId, instances, had);
  const after = await loadView(platform, db, clusterId, instances, values);
  const known = knownOf(after.manager, after.view.version, 'clusterId');
  return { known, before, after, names: new Set([...Object.keys(had), ...Object.keys(values)]) };
}
