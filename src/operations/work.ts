import type { EntityManager } from 'typeorm';
import type { Operation } from '../../schema/operation.js';
import type { OperationStep } from '../../schema/operation-step.js';
import type { DomainError } from '../errors.js';

/** What a step is given while it runs. */
export interface StepContext {
  /** Aborted at the deadline, at a cancel, at a lost lease and when the worker must stop. */
  readonly signal: AbortSignal;
  /** What its commands print, masked already; the last 4 KiB are kept with the step. */
  readonly output: (chunk: string) => void;
  /** The only way for a step to write: a transaction that holds this worker's fence. */
  readonly write: <T>(change: (tx: EntityManager) => Promise<T>) => Promise<T>;
  /** The id of its row. */
  readonly stepId: string;
  /**
   * Throws where another worker may have taken over. To be asked right before what cannot be taken back: a worker that was
   * frozen goes on with what it was at before its signal can tell.
   */
  readonly assertHeld: () => void;
}

/** One step of an operation, ready to run. Running it twice has the effect of once. */
export interface WorkStep {
  readonly name: string;
  /** How much of its output is kept, in bytes; 4 KiB unless it says otherwise. */
  readonly keptOutput?: number;
  /** Resolves with how it went: `applied` or `already done`. */
  run(context: StepContext): Promise<string>;
  /**
   * Ends what an attempt may have left running where it worked: its worker died or stopped, or lost the connection. Asked
   * for where a cancel, a deadline or too many attempts end the step while no attempt runs here; `run` heeds its signal.
   */
  halt?(context: Pick<StepContext, 'stepId' | 'assertHeld'>): Promise<void>;
  /**
   * Removes what the steps before it have left for it alone: asked for where a cancel or a deadline ends the operation right
   * before it is begun.
   */
  tidy?(): Promise<void>;
}

/**
 * Steps in order, on one instance or (null) on the cluster as a whole. An instance may have several lanes in a phase;
 * the names of its steps are unique there.
 */
export interface WorkLane {
  readonly instanceId: string | null;
  /** The instance's name, for messages. */
  readonly on: string | null;
  readonly steps: readonly WorkStep[];
}

/** Lanes that run side by side. */
export type WorkPhase = readonly WorkLane[];

/** A part of an operation that can be planned only when the parts before it are done: its steps need what they found out. */
export interface Stage {
  readonly name: string;
  /** From the rows as they are. Asked once at the mutation, for the list of steps, and again before the stage runs. */
  plan(db: EntityManager, operation: Operation): Promise<readonly WorkPhase[]>;
}

/** What an operation of one kind does, and what its ends mean for the rows. All hooks run in the transaction of the change. */
export interface OperationKind {
  /** Such as `cluster.create`. */
  readonly kind: string;
  /** False: it leaves the cluster as it is, so an older operation can still go on where it failed. True unless given. */
  readonly changesCluster?: boolean;
  /** Whether it moves all data of a cluster, and has the longer deadline of what does. */
  movesData?(operation: Pick<Operation, 'input'>): boolean;
  readonly stages: readonly Stage[];
  /** A step changed; `percent` is how much of its instance's lane is done. */
  stepChanged(tx: EntityManager, operation: Operation, step: OperationStep, percent: number): Promise<void>;
  succeeded(tx: EntityManager, operation: Operation): Promise<void>;
  /** What it says when it has succeeded; nothing unless given. */
  summary?(tx: EntityManager, operation: Operation): Promise<string>;
  /** Failed or cancelled. */
  stopped(tx: EntityManager, operation: Operation, error: DomainError): Promise<void>;
  /**
   * Puts back what was done, where that must not stay half done: run when it fails or is cancelled, before it ends. A retry
   * begins from the first step then.
   */
  readonly undo?: Stage;
  /** In place of `stopped` where all was put back. */
  undone?(tx: EntityManager, operation: Operation, error: DomainError): Promise<void>;
  /** It goes on after it had stopped. */
  retried(tx: EntityManager, operation: Operation): Promise<void>;
}

/** Wakes a worker for an operation. The sweep finds what nobody woke, so a lost wake-up is only slow. */
export interface WakeUp {
  /** In the transaction that makes the operation, where the job store shares its database. */
  within(tx: EntityManager, operationId: string): Promise<void>;
  /** After that transaction, where it does not. */
  after(operationId: string): Promise<void>;
}
