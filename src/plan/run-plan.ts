import type { Remote } from '../remote/remote.js';
import { converge } from './converge.js';
import type { Lane, Plan } from './step.js';

/** What became of one step. */
export interface StepEvent {
  readonly node: string;
  readonly step: string;
  readonly outcome: 'started' | 'already-done' | 'applied' | 'failed';
}

export interface RunPlanOptions {
  readonly signal: AbortSignal;
  readonly onStep?: (event: StepEvent) => void;
}

/**
 * Runs a plan in this process and remembers nothing: phases in order, their lanes side by side. When a lane fails, the
 * others finish the step they are at; then it rejects with the first error. For tests and benches.
 */
export async function runPlan(
  plan: Plan,
  remoteOf: (node: string) => Remote | Promise<Remote>,
  { signal, onStep = () => undefined }: RunPlanOptions,
): Promise<void> {
  const failures: unknown[] = [];

  const runLane = async ({ node, steps }: Lane): Promise<void> => {
    try {
      const remote = await remoteOf(node);
      for (const step of steps) {
        if (failures.length > 0) return;
        onStep({ node, step: step.name, outcome: 'started' });
        const outcome = await converge(step, remote, { signal }).catch((error: unknown) => {
          onStep({ node, step: step.name, outcome: 'failed' });
          throw error;
        });
        onStep({ node, step: step.name, outcome });
      }
    } catch (error) {
      failures.push(error);
    }
  };

  for (const phase of plan) {
    signal.throwIfAborted();
    await Promise.all(phase.map(runLane));
    if (failures.length > 0) throw failures[0];
  }
}
