import type { Command } from '../shell/command.js';
import type { DetachedJob } from '../shell/detached.js';

/**
 * One visible effect on one server. `check` exits 0 when it holds already; `apply` makes it so; `check` proves it.
 * A {@link DetachedJob} among `apply` outlives the connection and the worker, and is found again by its name.
 */
export interface Step {
  readonly name: string;
  readonly check: Command;
  readonly apply: readonly (Command | DetachedJob)[];
  /** For effects that come about by themselves after `apply`: how long `check` is asked again. */
  readonly settle?: { readonly timeoutMs: number };
}

/** The steps of one server, in order. `node` is the node's id. */
export interface Lane {
  readonly node: string;
  readonly steps: readonly Step[];
}

/** Lanes that run side by side. A server may have several; the names of its steps are unique among them. */
export type Phase = readonly Lane[];

/** Phases one after the other. Data: it can be printed, counted, tested and gone on with. */
export type Plan = readonly Phase[];
