import { IsNull, Not, type EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Configuration } from '../../schema/configuration.js';
import { ClusterStatus } from '../../schema/enums.js';
import { OperationStep } from '../../schema/operation-step.js';
import type { Operation } from '../../schema/operation.js';
import { showHealth } from '../clusters/kinds/changes.js';
import { clusterIdOf, showOnInstance } from '../clusters/kinds/shared.js';
import type { Platform } from '../clusters/platform.js';
import { liveInstances, setCluster, setInstance } from '../clusters/states.js';
import { DomainError } from '../errors.js';
import type { OperationKind } from '../operations/work.js';
import { prepare, targetOf } from './target.js';
import { workBack, workOf } from './work.js';

/** The kind's name. */
export const configure = 'cluster.configure';

/** Brings a cluster onto a version of a configuration, or off it; where a node does not bear it, all go back. */
export const configureKind = (platform: Platform): OperationKind => ({
  kind: configure,
  stages: [
    {
      name: 'change',
      plan: async (db, operation) => workOf(platform, await prepare(platform, db, targetOf(operation)), operation.id),
    },
  ],
  undo: {
    name: 'undo',
    plan: async (db, operation) =>
      workBack(platform, await prepare(platform, db, targetOf(operation)), `${operation.id} undo`),
  },
  stepChanged: showOnInstance,
  succeeded: async (tx, operation) => {
    const { clusterId, configurationId, version } = targetOf(operation);
    await tx.update(Cluster, clusterId, { configurationId, configurationVersion: version });
    await showHealth(tx, operation);
  },
  undone: asBefore,
  stopped: async (tx, operation, { message }) => {
    const begun = await tx.existsBy(OperationStep, { operationId: operation.id, startedAt: Not(IsNull()) });
    if (!begun) await asBefore(tx, operation);
    else await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.DEGRADED, message });
  },
  retried: async (tx, operation) => {
    await assertThere(tx, operation);
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.UPDATING, message: '' });
  },
});

/** The cluster is what it was before the operation; the failed step is no trouble of an instance any more. */
async function asBefore(tx: EntityManager, operation: Operation): Promise<void> {
  const steps = await tx.findBy(OperationStep, { operationId: operation.id });
  const touched = new Set(steps.filter(({ startedAt }) => startedAt !== null).map(({ instanceId }) => instanceId));
  for (const { id } of await liveInstances(tx, clusterIdOf(operation)))
    if (touched.has(id)) await setInstance(tx, id, { message: '', progress: 100 });
  await showHealth(tx, operation);
}

async function assertThere(tx: EntityManager, operation: Operation): Promise<void> {
  const { configurationId: id } = targetOf(operation);
  if (id === null || (await tx.existsBy(Configuration, { id }))) return;
  throw new DomainError('NOT_FOUND', `the configuration ${id} has been deleted since; attach another one`, {
    field: 'id',
  });
}
