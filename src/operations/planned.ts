import type { EntityManager } from 'typeorm';
import { StepStatus } from '../../schema/enums.js';
import type { Operation } from '../../schema/operation.js';
import { OperationStep } from '../../schema/operation-step.js';
import { newId } from '../ids.js';
import type { OperationKind, Stage, WorkPhase, WorkStep } from './work.js';

/** A step of a plan with its place in the operation. */
export interface PlannedStep {
  readonly key: string;
  readonly ordinal: number;
  readonly instanceId: string | null;
  readonly on: string | null;
  readonly work: WorkStep;
}

/** Steps in order, of one lane. */
export type PlannedLane = readonly PlannedStep[];

const stageWidth = 10_000;

/** The phases of one stage, each step with the key that names it in every later planning. */
export function place(stageIndex: number, stage: Stage, phases: readonly WorkPhase[]): PlannedLane[][] {
  let ordinal = stageIndex * stageWidth;
  return phases.map((phase, phaseIndex) =>
    phase.map((lane) =>
      lane.steps.map((work) => {
        ordinal += 1;
        return {
          key: `${stage.name}/${phaseIndex}/${lane.instanceId ?? '-'}/${work.name}`,
          ordinal,
          instanceId: lane.instanceId,
          on: lane.on,
          work,
        };
      }),
    ),
  );
}

/** The row of a step that has not begun. */
export function pendingRow(operation: Operation, { key, ordinal, instanceId, work }: PlannedStep): OperationStep {
  return Object.assign(new OperationStep(), {
    id: newId(),
    operationId: operation.id,
    key,
    ordinal,
    name: work.name,
    instanceId,
    status: StepStatus.PENDING,
    attempts: 0,
    forgiven: 0,
    launched: false,
    message: '',
    output: '',
    startedAt: null,
    finishedAt: null,
  });
}

/** The steps that an operation is going to have, as far as is known before it has begun. */
export async function foresee(tx: EntityManager, kind: OperationKind, operation: Operation): Promise<OperationStep[]> {
  const rows: OperationStep[] = [];
  for (const [index, stage] of kind.stages.entries()) {
    const lanes = place(index, stage, await stage.plan(tx, operation)).flat();
    rows.push(...lanes.flat().map((step) => pendingRow(operation, step)));
  }
  return rows;
}
