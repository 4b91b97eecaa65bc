import type { DemoNodeFragment, DemoOperationStateFragment, DemoStepFragment } from './documents.js';

/** Shows an operation while it runs. */
export interface View {
  /** The whole of it; `cluster` is its name. */
  operation(cluster: string, operation: DemoOperationStateFragment): void;
  node(node: DemoNodeFragment): void;
  /** `owner`: the instance whose step it is, or the cluster for a step of the whole. */
  step(owner: string, step: DemoStepFragment): void;
  /** No more will come; leaves the cursor below what was shown. */
  end(): void;
}

const nothing = (): void => undefined;

/** For an operation that is waited for and not shown. */
export const UNSEEN: View = { operation: nothing, node: nothing, step: nothing, end: nothing };

/** Where the demonstration writes: the part of `process.stdout` that it needs. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** The width of a column of names. */
export const widthOf = (names: readonly string[]): number => Math.max(...names.map(({ length }) => length));
