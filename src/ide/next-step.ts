import type { Result } from './api.js';
import { CREATE_CLUSTER, OPERATION_PROGRESS, clusterVariables, progressVariables } from './examples.js';

/** What a user most likely does with an answer, prepared: the tab, its variables, whether it can run at once. */
export interface NextStep {
  readonly words: string;
  readonly label: string;
  readonly tab: string;
  readonly variables: string;
  readonly run: boolean;
}

/** A registered datastore is there to make clusters of; an operation that was begun is there to be watched. */
export function nextStep({ data }: Result): NextStep | undefined {
  for (const [field, answer] of Object.entries(data ?? {})) {
    const { id, name, operation } = (answer ?? {}) as { id?: string; name?: string; operation?: { id?: string } };
    if (field === 'registerDatastore' && id !== undefined) {
      const words = `${name ?? 'The datastore'} is available.`;
      return {
        words,
        label: 'Create a cluster of it',
        tab: CREATE_CLUSTER,
        variables: clusterVariables(id),
        run: false,
      };
    }
    if (operation?.id !== undefined) {
      const words = `Operation ${operation.id} has begun.`;
      const variables = progressVariables(operation.id);
      return { words, label: 'Watch it live', tab: OPERATION_PROGRESS, variables, run: true };
    }
  }
  return undefined;
}
