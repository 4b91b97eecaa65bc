import type { ClusterView, Node } from '../../../src/datastores/datastore.js';

/** How the clients of one engine talk to it: what the live suite needs to know to hold its manager to the contract. */
export interface Engine {
  /** Settings that change how it runs, with values that are hard to quote, and that need a restart. */
  readonly settings: unknown;
  /** Settings in force on `node`, to be compared with `settings`. */
  settingsOf(cluster: ClusterView, node: Node): Promise<unknown>;
  /** Writes `text` on the primary as the administrator, over TLS with the authority verified. */
  write(cluster: ClusterView, text: string): Promise<void>;
  /** Waits until `node` shows `text`; throws when it has not within ten seconds. */
  sees(cluster: ClusterView, node: Node, text: string): Promise<void>;
  /** When it started; a restart makes it later. */
  startedAt(cluster: ClusterView, node: Node): Promise<Date>;
  /** Ways in that must be shut: name, and an attempt that must reject. */
  intrusions(cluster: ClusterView, node: Node): readonly (readonly [string, () => Promise<unknown>, RegExp])[];
  /** Names of the replicas that the primary knows of, for whose sake it keeps its log. */
  followers(cluster: ClusterView): Promise<readonly string[]>;
}
