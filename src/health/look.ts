import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../../schema/instance.js';
import { reach } from '../clusters/reach.js';
import type { Platform } from '../clusters/platform.js';
import { loadView } from '../clusters/view.js';
import type { DatastoreStatus, Manager } from '../datastores/datastore.js';
import { DomainError, messageOf } from '../errors.js';
import { Gate } from '../remote/gate.js';
import type { Remote } from '../remote/remote.js';
import type { Command } from '../shell/command.js';
import type { WatchedCluster, WatchedInstance } from './watched.js';

/** How long a server may take to answer, and how long after a bad answer it is asked again, in milliseconds. */
const answerMs = 3_000;
const againMs = 1_000;

interface Way {
  readonly signature: string;
  readonly manager: Manager;
  /** How each instance is asked: its server, and what to run there. */
  readonly nodes: ReadonlyMap<string, { readonly remote: Remote; readonly command: Command }>;
}

/** Asks datastores about themselves, over the connections that are kept: one round trip each, so many at once. */
export class Looks {
  /** Kept until an operation has changed the cluster: only then addresses, secrets or settings are others. */
  private readonly ways = new Map<string, Way>();
  private readonly gate: Gate;

  constructor(
    private readonly platform: Platform,
    concurrency: number,
  ) {
    this.gate = new Gate(concurrency);
  }

  /** What a datastore says, or why it cannot be asked. A bad answer is asked for once more: one that was lost is no alarm. */
  async at(cluster: WatchedCluster, instance: WatchedInstance, signal: AbortSignal): Promise<DatastoreStatus | string> {
    const first = await this.once(cluster, instance, signal);
    if (isWell(first)) return first;
    await delay(againMs, undefined, { signal });
    const second = await this.once(cluster, instance, signal);
    // Whatever hangs on that connection, the next look makes a new one.
    if (typeof second === 'string' && instance.addr !== null && instance.sshPort !== null) {
      this.ways.delete(cluster.id);
      this.platform.remotes.forget(instance.addr, instance.sshPort);
    }
    return second;
  }

  /** Forgets the clusters that are no longer looked at. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.ways.keys()) if (!ids.has(id)) this.ways.delete(id);
  }

  private async once(
    cluster: WatchedCluster,
    instance: WatchedInstance,
    signal: AbortSignal,
  ): Promise<DatastoreStatus | string> {
    const leave = await this.gate.enter(signal);
    try {
      const { manager, nodes } = await this.wayTo(cluster);
      const node = nodes.get(instance.id);
      if (node === undefined) return 'it has no address';
      return manager.parseStatus(await node.remote.run(node.command, { timeoutMs: answerMs, signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DomainError)) throw error;
      return error.code === 'HOST_KEY_CHANGED' ? error.message : `does not answer SSH: ${messageOf(error)}`;
    } finally {
      leave();
    }
  }

  private async wayTo(cluster: WatchedCluster): Promise<Way> {
    const known = this.ways.get(cluster.id);
    if (known?.signature === cluster.signature) return known;
    const { platform } = this;
    const { manager } = platform.db;
    const loaded = await loadView(platform, manager, cluster.id);
    const nodes = await Promise.all(
      loaded.instances
        .filter(({ addr, hostKey, facts }) => addr !== null && hostKey !== null && facts !== null)
        .map(async (instance: Instance) => {
          const node = loaded.view.nodes.find(({ id }) => id === instance.id);
          if (node === undefined) throw new Error(`no node ${instance.id}`);
          const remote = await reach(platform, manager, instance);
          return [instance.id, { remote, command: loaded.manager.status(loaded.view, node) }] as const;
        }),
    );
    const way: Way = { signature: cluster.signature, manager: loaded.manager, nodes: new Map(nodes) };
    this.ways.set(cluster.id, way);
    return way;
  }
}

const isWell = (answer: DatastoreStatus | string): boolean =>
  typeof answer !== 'string' && answer.up && answer.message === '';
