import type { Command } from './command.js';

/** Work that may outlive a connection: it runs on the server under a name, and is found again by it. */
export interface DetachedJob {
  readonly kind: 'detached';
  /** Unique on the server, `[a-z0-9-]+`, and the same for every worker that wants the same work. */
  readonly name: string;
  readonly command: Command;
  /** `systemd`: a transient unit. `local`: a session of its own with a state file and an output file. */
  readonly init: 'systemd' | 'local';
  /** Milliseconds that it may take. */
  readonly timeoutMs: number;
  /** Milliseconds after which what it has printed is shown at the latest; 20 s unless given. */
  readonly lookMs?: number;
  /** True: once begun it is not stopped on the server, whoever cancels. */
  readonly whole?: boolean;
}
