import type { Hop } from '../remote/remote.js';
import type { Secret } from '../shell/secret.js';
import type { VolumePlace } from '../shell/volume.js';
import type { HostPool } from './host-pool.js';

export type ServerState = 'PENDING' | 'BUILD' | 'ACTIVE' | 'SHUTOFF' | 'ERROR' | 'DELETED' | 'UNKNOWN';

/** A size of server that a provider offers. */
export interface Flavor {
  readonly name: string;
  /** The backend's own id, where it has one: it may be asked for by that too. */
  readonly id?: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

/** What a server shall be. `key` is ours: creating twice with one key gives one server. */
export interface ServerWish {
  readonly key: string;
  readonly name: string;
  /** The cluster's id, carried as a tag. */
  readonly clusterId: string;
  /** Which control plane asks, carried as a tag: several may share one backend. */
  readonly owner?: string;
  readonly flavor: string;
  readonly image: string;
  /** The user whom SSH logs in. */
  readonly user: string;
  /** The cluster's public key, one OpenSSH line. */
  readonly authorizedKey: string;
  /** The host key that DTrove made for it, so that the first connection is verified already. */
  readonly hostKey: { readonly privateKey: Secret; readonly publicKey: string };
  /** The datastore's port: what a firewall of the backend's own lets its clients in at. */
  readonly databasePort?: number;
}

/** A server as its provider sees it now. */
export interface Server {
  /** The provider's id. */
  readonly id: string;
  /** The wish's key and cluster, read back from the tags. */
  readonly key: string;
  readonly clusterId: string;
  /** The control plane that asked for it; absent where that was not recorded. Servers of others are left alone. */
  readonly owner?: string;
  readonly state: ServerState;
  /** Percent of its building. */
  readonly progress: number;
  /** The provider's own words about its state; empty when all is well. */
  readonly message: string;
  /** Of one that is in ERROR: why, where the backend tells it. */
  readonly fault?: 'QUOTA_EXCEEDED' | 'NO_CAPACITY';
  readonly addr: string | null;
  readonly sshPort: number;
  /** The port kept for the database where servers share an address; null: the datastore's own default port. */
  readonly port: number | null;
  /** Its pinned public host key, where it has one of its own and not that of the wish. */
  readonly hostKey?: string;
  /** The user whom SSH logs in, where it is not that of the wish. */
  readonly user?: string;
}

/** What a volume shall be. Creating twice with one key gives one volume. */
export interface VolumeWish {
  readonly key: string;
  /** In GiB. */
  readonly sizeGb: number;
  /** Whose it is, carried as tags: the key of the server that it is made for (it goes with it), its cluster, who asks. */
  readonly serverKey?: string;
  readonly clusterId?: string;
  readonly owner?: string;
}

/** What else than servers a backend may have been asked for, in the order in which it can be removed. */
export const leftoverKinds = [
  'FLOATING_ADDRESS',
  'PORT',
  'VOLUME',
  'SERVER_GROUP',
  'SECURITY_GROUP',
  'KEYPAIR',
] as const;
export type LeftoverKind = (typeof leftoverKinds)[number];

/** Something that bears a tag of ours and is no server. It is an orphan where what it was made for has no row. */
export interface Leftover {
  readonly kind: LeftoverKind;
  /** The provider's id, unique among all of its kind. */
  readonly id: string;
  /** The key of the server that it was made for; null: it is the whole cluster's. */
  readonly key: string | null;
  /** Null where that was not recorded. */
  readonly clusterId: string | null;
  /** The control plane that asked for it; absent where that was not recorded. */
  readonly owner?: string;
  /** The provider's own words about it; empty when there is nothing to say. */
  readonly message: string;
}

/**
 * The driver of one compute backend. Every call is idempotent on our own key, and takes a signal that ends it.
 * Throws DomainError: QUOTA_EXCEEDED, NO_CAPACITY, NOT_SUPPORTED, PROVIDER_FAILED, UNAVAILABLE (retryable).
 */
export interface Provider {
  readonly id: string;
  /** What its servers run: decides which steps a plan is foreseen with, before their facts are known. */
  readonly init: 'local' | 'systemd';
  readonly supportsVolumes: boolean;
  readonly supportsSnapshots: boolean;
  /** Where a datastore can never run here, the reason in words; null where it can. Asked before anything is made. */
  refuses(datastore: {
    readonly manager: string;
    readonly version: string;
    readonly image: string;
  }): string | null | Promise<string | null>;
  flavors(): Promise<readonly Flavor[]>;
  /** The first of `flavors` unless a wish names one. */
  readonly defaultFlavor: string;
  /**
   * Finds the server that bears `wish.key`, else makes it. Returns as soon as the backend has accepted it.
   * One that is in ERROR and never ran may be replaced: that is how it is tried again.
   */
  create(wish: ServerWish, signal: AbortSignal): Promise<Server>;
  /** Its present state; null when the backend knows no such server. */
  updateStatus(id: string, signal: AbortSignal): Promise<Server | null>;
  /** The bastion that a server is reached through; null: it is reached directly, as all are where this is absent. */
  bastionOf?(id: string, signal: AbortSignal): Promise<Hop | null>;
  /**
   * True where servers live on after `destroy`, which gives them back. What was installed is wiped off them before
   * (`plans.wipe`); `create` has noted what was there (`before.note` of src/shell/before.ts).
   */
  readonly keepsServers?: boolean;
  /** Of those that keep servers: this one could not be wiped, for `reason`. `destroy` then has nobody get it. */
  quarantine?(id: string, reason: string, signal: AbortSignal): Promise<void>;
  /** Destroys it and waits until it is gone, with all that belongs to it. One that is gone already is no error. */
  destroy(id: string, signal: AbortSignal): Promise<void>;
  /** The id that the server of a key has, or would have: known before it is made. Absent where the backend chooses it. */
  idOf?(key: string): string;
  /** Removes what the servers of a cluster shared, when they are gone. Absent where they share nothing. */
  forgetCluster?(clusterId: string, signal: AbortSignal): Promise<void>;
  /**
   * All servers that bear a tag of ours: what the reaper compares with the rows. One in UNKNOWN without a message: the
   * backend knows of no other way than to ask the server itself, which health does in any case.
   */
  list(signal: AbortSignal): Promise<readonly Server[]>;
  /**
   * All else that bears a tag of ours, also what belongs to a server that is there: what the reaper compares with the
   * rows besides `list`. Absent, with `removeLeftover`, where there is nothing but servers.
   */
  leftovers?(signal: AbortSignal): Promise<readonly Leftover[]>;
  /** Removes one of them and waits until it is gone; one that is gone already is no error. */
  removeLeftover?(kind: LeftoverKind, id: string, signal: AbortSignal): Promise<void>;
  /** Throws NOT_SUPPORTED where `supportsVolumes` is false. Returns the volume's id. */
  createVolume(wish: VolumeWish, signal: AbortSignal): Promise<string>;
  attachVolume(server: string, volume: string, signal: AbortSignal): Promise<void>;
  /** Where a server sees a volume that was attached to it. Absent where volumes can carry no datastore's data. */
  volumePlace?(volume: string): VolumePlace;
  /** Makes a volume as large as `sizeGb`; larger already is PROVIDER_FAILED. Absent where volumes cannot grow. */
  growVolume?(volume: string, sizeGb: number, signal: AbortSignal): Promise<void>;
  /** Deletes a volume that belongs to no server; those of a server go with it. Absent where there are none. */
  deleteVolume?(volume: string, signal: AbortSignal): Promise<void>;
  /** Keeps what a volume holds now, also of one in use; its id. Goes with its volume. Absent where that cannot be. */
  snapshotVolume?(volume: string, name: string, signal: AbortSignal): Promise<string>;
  /** Deletes a snapshot of a volume; one that is gone already is no error. */
  deleteVolumeSnapshot?(snapshot: string, signal: AbortSignal): Promise<void>;
  /** Throws NOT_SUPPORTED where `supportsSnapshots` is false. Returns the snapshot's id. */
  snapshot(server: string, name: string, signal: AbortSignal): Promise<string>;
  /** Sets a server back to a snapshot, and has it run again if it ran. Absent where that cannot be. */
  restoreSnapshot?(snapshot: string, signal: AbortSignal): Promise<void>;
  /** Deletes a snapshot; one that is gone already is no error. Absent where there are none. */
  deleteSnapshot?(snapshot: string, signal: AbortSignal): Promise<void>;
  /** At a worker's start: takes up again the servers that an earlier process left. */
  adopt(): Promise<void>;
  /** Lets go of what this process holds; the servers stay. */
  close(): Promise<void>;
}

/** A provider's maker: its id and how to build it from the environment (own zod settings). */
export interface ProviderPlugin {
  readonly id: string;
  build(environment: ProviderEnvironment): Provider | Promise<Provider>;
}

/** What the host process gives to a provider. */
export interface ProviderEnvironment {
  /** Absolute path of the data directory (`.dtrove`). */
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** Gives the servers that are registered, once the database is open: not while providers are built. */
  readonly hosts?: () => HostPool;
}

/** Declares a provider. One that lacks a part stops the start, naming it (see `index.ts`). */
export const defineProvider = (plugin: ProviderPlugin): ProviderPlugin => plugin;
