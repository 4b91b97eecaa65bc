import type { Part, Stored } from '../files/parts.js';
import type { Command } from '../shell/command.js';
import type { Secret } from '../shell/secret.js';

/** What a command left behind. `stdout` and `stderr` are UTF-8, each bounded by its last 1 MiB. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Ends the command (its channel is closed and it gets SIGTERM) and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the command is ended and REMOTE_TIMEOUT is thrown. Default 60,000. */
  readonly timeoutMs?: number;
  /** Called right before the command is sent; what it throws is thrown, and nothing is sent. */
  readonly before?: () => void;
  /** Called with each piece of stdout or stderr as it arrives. */
  readonly onOutput?: (chunk: string) => void;
}

/** One server, as a plan sees it. Throws DomainError REMOTE_UNREACHABLE, REMOTE_TIMEOUT (both retryable) or HOST_KEY_CHANGED. */
export interface Remote {
  run(command: Command, options?: RunOptions): Promise<Result>;
}

/** A file of this machine: a new one that what the command prints is written into, or one that the command reads, part by part. */
export type FileEnd = { readonly into: string } | { readonly from: string; readonly parts: readonly Part[] };

/** How bytes go to a server, and come from it. */
export interface TransferOptions {
  /** What the command reads before all else. */
  readonly first?: Secret;
  /** What the command reads: the next piece is asked for when the server has taken the last. What it throws ends the command. */
  readonly input?: AsyncIterable<Buffer | string>;
  /** Given what the command prints, piece by piece; the next comes when what it returns has resolved. What it throws ends the command. */
  readonly output?: (chunk: Buffer) => Promise<void> | undefined;
  /**
   * In place of `input` and `output`: a file, with `tell` for how many of its bytes have gone. They are moved on a
   * connection and by a thread of their own, so that nobody else waits for them. Throws BACKUP_DAMAGED for a part that
   * is not what it was, and what the file system throws with its `code` and `syscall`.
   */
  readonly file?: FileEnd & { readonly tell: (bytes: number) => void };
  /** Called with what the command says on stderr. */
  readonly onSaid?: (text: string) => void;
  readonly signal: AbortSignal;
  /** Called right before the command is sent; what it throws is thrown, and nothing is sent. */
  readonly before?: () => void;
}

export interface Transferred {
  readonly code: number;
  /** The last 64 KiB. */
  readonly stderr: string;
  /** What was written into a file. */
  readonly stored?: Stored;
}

/** A server that takes and gives bytes, any number of them, in constant memory. */
export interface ByteRemote extends Remote {
  /** Runs a command for as long as it takes; its own `stdin` is not read. Throws DomainError as `run` does. */
  transfer(command: Command, options: TransferOptions): Promise<Transferred>;
}

/** Where an sshd listens, and whom it lets in. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** What one logs in with: a private key, locked with `passphrase` (empty: not locked), or an SSH agent's keys. */
export type Login = KeyLogin | AgentLogin;

export interface KeyLogin {
  readonly privateKey: Secret;
  readonly passphrase: Secret;
  readonly agent?: never;
}

export interface AgentLogin {
  /** The path of the agent's socket. */
  readonly agent: string;
  readonly privateKey?: never;
  readonly passphrase?: never;
}

/** One sshd that can be logged in to. */
export type Hop = Door &
  Login & {
    /** The pinned public host key, `ssh-ed25519 AAAA…`. Another one is refused. */
    readonly hostKey: string;
  };

/** How to reach one server over SSH. */
export type Target = Hop & {
  /** Put before each command where the pool has no prefix of its own, such as `sudo -n`. */
  readonly prefix?: string | undefined;
  /** The bastion that it is reached through. */
  readonly via?: Hop | undefined;
};

/** The host keys that a server has, as OpenSSH lines, and the first of them that was accepted. */
export interface HostKeys {
  readonly accepted: string | null;
  readonly seen: readonly string[];
}

/** One kept connection a server, shared by all who ask for the same target. */
export interface RemotePool {
  /** Connects lazily, at the first command. */
  get(target: Target): ByteRemote;
  /** Closes the connections to `host:port`, as when its server is destroyed. */
  forget(host: string, port: number): void;
  /** Asks a server for its public host keys until `accepts` likes one; nothing is sent to it. Throws REMOTE_UNREACHABLE. */
  hostKeyOf(
    place: Door & { readonly via?: Hop | undefined },
    accepts: (publicKey: string) => boolean,
  ): Promise<HostKeys>;
  close(): Promise<void>;
}
