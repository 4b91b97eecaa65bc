import type { Command } from '../../../shell/command.js';
import type { Node } from '../../datastore.js';
import type { Versioned } from '../layout.js';

/** Starts and stops one node's PostgreSQL. */
export interface Control {
  /** Check: runs, and takes connections. */
  isRunning(cluster: Versioned, node: Node): Command;
  /** Check: does not run, nor is about to. */
  isStopped(cluster: Versioned, node: Node): Command;
  /**
   * Starts it, or waits for one that is starting already, until it takes connections. Where it does not, the command
   * fails with what PostgreSQL has written to its log since.
   */
  start(cluster: Versioned, node: Node): Command;
  stop(cluster: Versioned, node: Node): Command;
}
