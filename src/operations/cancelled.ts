import { StepStatus } from '../../schema/enums.js';
import type { OperationStep } from '../../schema/operation-step.js';

/** What a cancelled operation says: during or before which step (null: none was running) it stopped, and what is done and stays. */
export function cancelledWords(
  next: string | null,
  steps: Iterable<OperationStep>,
  how: 'during' | 'before' = 'before',
): string {
  const done = [...steps].filter(({ status }) => status === StepStatus.DONE).sort((a, b) => a.ordinal - b.ordinal);
  if (next === null && done.length === 0) return 'cancelled before it began';
  const counts = new Map<string, number>();
  for (const { name } of done) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  const where = next === null ? 'cancelled' : `cancelled ${how} the step "${next}"`;
  return `${where}. Done, and left as it is: ${names.join(', ') || 'nothing'}`;
}
