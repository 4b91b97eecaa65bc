import { Cluster } from '../../schema/cluster.js';
import { Configuration } from '../../schema/configuration.js';
import { ConfigurationPlan, PlannedChange, PlannedInstance } from '../../schema/configuration-plan.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { Platform } from '../clusters/platform.js';
import type { ParameterChange } from '../datastores/datastore.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import { attachedTarget } from './attach.js';
import { turnsOf, type Turn } from './plan.js';
import { prepare, type Prepared, type Target } from './target.js';

export interface PlanWish {
  readonly clusterId: string;
  /** Null: what detaching would do. */
  readonly configurationId: string | null;
  readonly version: number | null;
}

/** What attaching or detaching would do, from the rows alone: nothing is touched, and nobody is asked. */
export const planOf = ({ db, ...platform }: Platform, wish: PlanWish): Promise<ConfigurationPlan> =>
  db.transaction(async (tx) => {
    const { clusterId, configurationId, version } = wish;
    if (configurationId === null && version !== null)
      throw new DomainError('BAD_USER_INPUT', 'version: give configurationId, whose version it is, or leave it out', {
        field: 'version',
      });
    const cluster = isId(clusterId) ? await tx.findOneBy(Cluster, { id: clusterId }) : null;
    if (cluster === null || cluster.status === ClusterStatus.DELETED)
      throw new DomainError('NOT_FOUND', `there is no cluster ${clusterId}`, { field: 'clusterId' });
    const target: Target =
      configurationId === null
        ? { clusterId: cluster.id, configurationId: null, version: null }
        : await attachedTarget(platform, tx, cluster, { configurationId, version });
    const prepared = await prepare({ db, ...platform }, tx, target);
    const configuration =
      target.configurationId === null ? null : await tx.findOneByOrFail(Configuration, { id: target.configurationId });
    return Object.assign(new ConfigurationPlan(), {
      cluster,
      configuration,
      version: target.version,
      ...shown(prepared),
    });
  });

function shown(prepared: Prepared) {
  const { known, names, before, after } = prepared;
  const { turns, reason } = turnsOf({ ...known, names }, before.view, after.view);
  const changing = turns.filter(({ changes }) => changes.length > 0);
  return {
    reason: changing.length === 0 ? 'nothing changes' : reason,
    needsRestart: changing.some(({ restart }) => restart),
    instances: changing.map((turn, i) => plannedInstance(turn, i + 1, prepared)),
  };
}

const plannedInstance = ({ node, restart, changes }: Turn, order: number, { after }: Prepared): PlannedInstance =>
  Object.assign(new PlannedInstance(), {
    order,
    instance: after.instances.find(({ id }) => id === node.id),
    needsRestart: restart,
    changes: changes.map(plannedChange),
  });

const plannedChange = ({ parameter, from, to }: ParameterChange): PlannedChange =>
  Object.assign(new PlannedChange(), {
    name: parameter.name,
    from: from ?? parameter.default,
    to: to ?? parameter.default,
    unit: parameter.unit ?? null,
    needsRestart: parameter.restart,
  });
