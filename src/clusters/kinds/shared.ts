import type { EntityManager } from 'typeorm';
import { StepStatus } from '../../../schema/enums.js';
import type { Operation } from '../../../schema/operation.js';
import type { OperationStep } from '../../../schema/operation-step.js';
import { setInstance } from '../states.js';

/** The cluster of an operation on a cluster. */
export function clusterIdOf({ id, clusterId }: Operation): string {
  if (clusterId === null) throw new Error(`operation ${id} has no cluster`);
  return clusterId;
}

/** What an instance says of itself while a step of it is pending, running, done or failed. */
const words: Readonly<Record<StepStatus, (step: OperationStep) => string>> = {
  [StepStatus.PENDING]: (step) => step.message,
  [StepStatus.RUNNING]: (step) => step.name,
  [StepStatus.DONE]: () => '',
  [StepStatus.SKIPPED]: () => '',
  [StepStatus.FAILED]: ({ name, message }) => (message.startsWith(`${name}: `) ? message : `${name}: ${message}`),
};

/** Shows a step's change on its instance: how much of its lane is done, and what it is at. */
export async function showOnInstance(
  tx: EntityManager,
  _operation: Operation,
  step: OperationStep,
  percent: number,
): Promise<void> {
  if (step.instanceId === null) return;
  await setInstance(tx, step.instanceId, { progress: percent, message: words[step.status](step) });
}
