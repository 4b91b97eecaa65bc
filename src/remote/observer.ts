/** How a command ended: by itself, because it was stopped, or not at all (no connection, no time left). */
export type CommandOutcome = 'zero' | 'nonzero' | 'stopped' | 'failed';

/** Told of connections and commands, for metrics. */
export interface SshObserver {
  /** A connection stands. */
  connected(): void;
  /** One that stood is gone. */
  disconnected(): void;
  /** One could not be made. */
  refused(): void;
  /** Waiting for a connection and for a turn on it is in the time. */
  commandEnded(outcome: CommandOutcome, seconds: number): void;
}
