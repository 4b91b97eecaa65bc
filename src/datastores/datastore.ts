import type { z } from 'zod';
import type { Plan, Step } from '../plan/step.js';
import type { Command } from '../shell/command.js';
import type { ServerFacts } from '../shell/facts.js';
import type { Secret } from '../shell/secret.js';
import type { DatabaseUser, Dump, DumpFormat, Load } from './exporting.js';
import type { Catalogue, Parameter, SuffixesOf } from './parameters/parameter.js';

export type { ServerFacts } from '../shell/facts.js';

export type NodeRole = 'PRIMARY' | 'REPLICA';

/** One server of a cluster, as a manager sees it. */
export interface Node {
  readonly id: string;
  readonly name: string;
  readonly role: NodeRole;
  /** Address that the cluster's other nodes and its clients use. */
  readonly addr: string;
  /** Port of the database. */
  readonly port: number;
  readonly facts: ServerFacts;
  /** PEM. The certificate names `addr`; it is signed by the cluster's own authority. */
  readonly tls: { readonly certificate: string; readonly key: Secret };
}

/** A cluster, as a manager sees it: the wish and nothing of the machinery. */
export interface ClusterView {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly packages: readonly string[];
  readonly nodes: readonly Node[];
  /** PEM of the cluster's certificate authority. */
  readonly ca: string;
  /** The administrator whom the customer logs in as. */
  readonly admin: { readonly username: string; readonly password: Secret };
  /** What the nodes use among themselves. */
  readonly replication: { readonly username: string; readonly password: Secret };
  /** The manager's own settings, parsed by its `Settings`. */
  readonly settings: unknown;
}

/** What a datastore says of itself. */
export interface DatastoreStatus {
  readonly up: boolean;
  readonly version: string | null;
  readonly role: NodeRole | 'UNKNOWN';
  /** Bytes of the log that a replica has still to apply; null on a primary or where unknown. */
  readonly lagBytes: number | null;
  /** In the engine's own words; empty when all is well. */
  readonly message: string;
}

/** How a copy of one node's data is made, while the database is written to. */
export interface Backing {
  /** What has to hold on the node before. */
  readonly steps: readonly Step[];
  /** Prints the whole copy on stdout as one stream, or fails in the engine's words. Run again, it begins anew. */
  readonly read: Command;
  /** The stream is compressed by zstd already: engines that can do it themselves save a server two copies of each byte. */
  readonly compressed?: boolean;
}

/** How a cluster comes to be whose data are such a copy. */
export interface Restoration {
  /** From bare servers to where the data are wanted. */
  readonly before: Plan;
  /** The node that is given the data. */
  readonly node: string;
  /** Check: they are in their place. */
  readonly check: Command;
  /** Takes the copy from stdin and puts it beside its place. */
  readonly receive: Command;
  /** Reads all of it against what the engine noted when it was copied: where a backup is to be proven, before `finish`. */
  readonly prove?: Command;
  /** Finds by the engine's own means that nothing of it is missing, makes it a primary's, and moves it into its place. */
  readonly finish: Command;
  /** Removes what was put beside. */
  readonly discard: Command;
  /** From there to a running cluster. */
  readonly after: Plan;
}

/** A parameter that changes on one node, in the words of its file; null: what the engine has where the file says nothing. */
export interface ParameterChange {
  readonly parameter: Parameter;
  readonly from: string | null;
  readonly to: string | null;
}

/** What is to be done on one node. */
export interface NodeChange {
  readonly changes: readonly ParameterChange[];
  /** Whether the node's database is restarted onto its file; else it takes the changes while it runs. */
  readonly restart: boolean;
  /** Names this change among all of them: what a server was told before is told again. */
  readonly asked: string;
}

/** What a manager knows of its engine's parameters. */
export interface Knowledge {
  /** Null: the parameters of that version are not known. */
  catalogue(version: string): Catalogue | null;
  readonly suffixesOf: SuffixesOf;
  /** Parameters of which a replica must never have less than its primary. */
  readonly limits: readonly string[];
  /** What the file of a node says, by the name of the parameter. */
  inFile(cluster: ClusterView, node: Node): ReadonlyMap<string, string>;
  /** Brings a running node onto the settings of `cluster`. */
  change(cluster: ClusterView, node: Node, change: NodeChange): readonly Step[];
  /** After `primary` has less of one of the limits: waits until its replicas have heard, and may have less too. */
  heard?(cluster: ClusterView, primary: Node): readonly Step[];
}

/** How a manager writes databases down, and makes databases of that. All of it runs on the primary. */
export interface Exporting {
  /** The first is the usual one. */
  readonly formats: readonly [DumpFormat, ...DumpFormat[]];
  /** Whether there are databases to choose from; else there is one whole, which is called so. */
  readonly whole: string | null;
  /** How many numbers of a version tell whether data can go from one to another. */
  readonly versionNumbers: number;
  /**
   * Prints what there is, an object of JSON a line: `version`, `database` (with `bytes` and `collation`), `empty` (of
   * those named, the ones without content), `free` (bytes where dumps and data lie). Fails in words where this server
   * cannot export or import at all.
   */
  survey(cluster: ClusterView, node: Node, named: readonly string[]): Command;
  /** Writes a database as it is at one moment, while it is written to. See `dumping.ts` for what it leaves. */
  dump(cluster: ClusterView, node: Node, dump: Dump): Step;
  /** Prints the users whom somebody has made, an object of JSON a line. Without it, users cannot be exported. */
  users?(cluster: ClusterView, node: Node): Command;
  /** Makes those that there are not; what is there stays as it is. */
  makeUsers?(cluster: ClusterView, node: Node, users: readonly DatabaseUser[]): Step;
  /** Makes a database of a dump under a name of its own, and leaves what it counted. */
  load(cluster: ClusterView, node: Node, load: Load): Step;
  /** Gives the loaded database its name. Goes on to its end once it has begun. */
  place(cluster: ClusterView, node: Node, load: Load): Step;
  /** Removes what a load has made that has not come to its end. */
  abandon(cluster: ClusterView, node: Node, load: Load): Command;
}

/**
 * The driver of one engine: it turns a wish into plans and never executes anything.
 * Every plan is convergent: run again, it finds each step done.
 */
export interface Manager {
  /** `postgres`, `mysql`, … */
  readonly id: string;
  readonly serviceName: string;
  /** Default port. */
  readonly port: number;
  /** Versions it knows how to run, newest first. */
  readonly versions: readonly string[];
  readonly Settings: z.ZodType;
  /**
   * The directory below which all its data are on servers with systemd, and nothing else: a volume is mounted there before
   * anything is installed. Absent: its data cannot be on a volume.
   */
  readonly dataRoot?: string;
  /** The scheme of its connection URIs, and the database that clients are given (null: the engine has none). */
  readonly uri: { readonly scheme: string; readonly database: string | null; readonly query: string };
  readonly plans: {
    /** From bare servers to a running cluster: all nodes of `cluster`. */
    prepare(cluster: ClusterView): Plan;
    /** Brings `added` into a running cluster; `cluster.nodes` holds the old and the new ones. */
    addNodes(cluster: ClusterView, added: readonly Node[]): Plan;
    /** Takes `removed` out of a running cluster, on those that stay; `cluster.nodes` holds both. */
    removeNodes(cluster: ClusterView, removed: readonly Node[]): Plan;
    start(cluster: ClusterView, node: Node): readonly Step[];
    stop(cluster: ClusterView, node: Node): readonly Step[];
    restart(cluster: ClusterView, node: Node, since: Date): readonly Step[];
    /**
     * Takes all that `prepare` brought off a server that lives on when its cluster goes (provider `hosts`): service,
     * packages that were not there before, data, configuration, users. Needs nothing but the server itself, and finds
     * what was there before by `before` (src/shell/before.ts). `wiping.ts` makes the steps.
     */
    wipe?(cluster: ClusterView, node: Node): readonly Step[];
    /** A copy of `node`'s data. A manager without it offers no backups. */
    backup?(cluster: ClusterView, node: Node): Backing;
    /** What `prepare` is to a new cluster, for one with the data of a backup: all nodes of `cluster`. */
    restore?(cluster: ClusterView): Restoration;
    /** Reads everything that `node` has, and has it checked by the engine's own tools; fails in words where something is wrong. */
    verify?(cluster: ClusterView, node: Node): readonly Step[];
  };
  /** Its engine's parameters. Without it, clusters of it have no configurations. */
  readonly parameters?: Knowledge;
  /** Exports and imports. A manager without it offers none. */
  readonly exporting?: Exporting;
  /** How to ask the datastore about itself in one round trip, and how to read the answer. */
  status(cluster: ClusterView, node: Node): Command;
  parseStatus(result: { readonly code: number; readonly stdout: string; readonly stderr: string }): DatastoreStatus;
}

/** Declares a manager. One that lacks a part stops the start, naming it (see `index.ts`). */
export const defineManager = (manager: Manager): Manager => manager;
