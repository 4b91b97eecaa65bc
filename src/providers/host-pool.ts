import type { Hop, Login, Remote } from '../remote/remote.js';

/** A server that is registered, as the provider hosts sees it. */
export interface PooledHost {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Its pinned public host key. */
  readonly hostKey: string;
  /** What logs in to it. */
  readonly login: Login;
  /** The bastion that it is reached through. */
  readonly bastion: Hop | null;
  /** The instance and the cluster that have it. */
  readonly takenBy: { readonly key: string; readonly clusterId: string } | null;
  /** Why it may be given to nobody when it comes back; empty where it may. */
  readonly fault: string;
}

/** What a host has to be to be given to somebody. */
export interface HostWish {
  readonly key: string;
  readonly clusterId: string;
  /** `debian-13`, `debian`, `any`. */
  readonly image: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  /** Null: whatever its tags. */
  readonly tag: string | null;
}

/** What hosts of the pool have, taken or free. */
export interface HostCapacity {
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly tags: readonly string[];
}

/** The registered servers: what the provider hosts needs of the database and of SSH. PostgreSQL decides who gets one. */
export interface HostPool {
  /** The host that the key has, else a free one that fits, which nobody else is given. `except`: hosts to leave out. */
  claim(wish: HostWish, except: readonly string[]): Promise<PooledHost | null>;
  /** Why there is none for the wish, in words: how many there are, how many are free, what the free ones lack. */
  whyNone(wish: HostWish): Promise<string>;
  heldBy(key: string): Promise<PooledHost | null>;
  /** All that are taken. */
  held(): Promise<readonly PooledHost[]>;
  capacities(): Promise<readonly HostCapacity[]>;
  /** Writes down why the key's host may be given to nobody; the first reason stays. */
  quarantine(key: string, reason: string): Promise<void>;
  /** Ends the key's hold of its host: it is free, or UNCLEAN where it has been quarantined. `remark` is shown with it. */
  release(key: string, remark?: string): Promise<void>;
  /** The host over SSH by its own login, as root. */
  remote(host: PooledHost): Remote;
  /** The same, of a host of whatever state. Throws NOT_FOUND. */
  remoteTo(id: string): Promise<Remote>;
  /** At a worker's start: begins to register what the file of the operator lists. */
  start(): void;
  stop(): void;
}
