import type { Client, ParsedKey } from 'ssh2';
import { DomainError } from '../errors.js';
import { quote, type Command } from '../shell/command.js';
import type { Secret } from '../shell/secret.js';
import { connect, nameOf, unreachable } from './connection.js';
import { withDeadline } from './deadline.js';
import { exec } from './exec.js';
import { Gate } from './gate.js';
import type { Remote, Result, RunOptions, Target } from './remote.js';

export interface SshOptions {
  /** Put before every command (`DTROVE_PREFIX`), such as `sudo`; empty: the target's own. */
  readonly prefix?: string;
  /** Commands at once on one connection; the others wait. Default 8: sshd allows 10 (MaxSessions). */
  readonly maxChannels?: number;
  /** Milliseconds for connecting. Default 10,000. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between two signs of life; three that go unanswered end the connection. Default 10,000. */
  readonly keepaliveMs?: number;
}

/** A server over SSH: one kept connection, made at the first command and again after it was lost. */
export class SshRemote implements Remote {
  private readonly gate: Gate;
  private open: { readonly client: Client; readonly ready: Promise<Client> } | null = null;

  constructor(
    private readonly target: Target,
    private readonly unlock: (privateKey: Secret, passphrase: Secret) => ParsedKey,
    private readonly options: SshOptions = {},
  ) {
    this.gate = new Gate(options.maxChannels ?? 8);
  }

  run(command: Command, { signal, timeoutMs = 60_000, before, onOutput }: RunOptions = {}): Promise<Result> {
    const expired = () =>
      new DomainError('REMOTE_TIMEOUT', `${nameOf(this.target)} took longer than ${String(timeoutMs / 1000)} s`, {
        retryable: true,
      });
    return withDeadline(signal, timeoutMs, expired, async (deadline) => {
      const leave = await this.gate.enter(deadline);
      const client = await this.connection().catch((error: unknown) => {
        leave();
        throw error;
      });
      try {
        deadline.throwIfAborted();
        before?.();
      } catch (error) {
        leave();
        throw error;
      }
      return exec(client, {
        text: this.prefixed(command.text),
        stdin: command.stdin,
        signal: deadline,
        onOutput,
        onClosed: leave,
        lost: (reason) => unreachable(this.target, reason),
      });
    });
  }

  /** Ends the connection; commands that still run reject with REMOTE_UNREACHABLE. The next command makes a new one. */
  async close(): Promise<void> {
    const client = this.open?.client;
    if (client === undefined) return;
    this.open = null;
    const closed = new Promise<void>((resolve) => {
      client.on('close', resolve);
    });
    client.destroy(); // end() would wait for ever for a server that fell silent
    await closed;
  }

  private prefixed(text: string): string {
    const prefix = (this.options.prefix ?? '').trim() || (this.target.prefix ?? '');
    return prefix === '' ? text : `${prefix} sh -c ${quote(text)}`;
  }

  private async connection(): Promise<Client> {
    this.open ??= this.connect();
    return this.open.ready;
  }

  private connect(): { readonly client: Client; readonly ready: Promise<Client> } {
    const { readyTimeoutMs = 10_000, keepaliveMs = 10_000 } = this.options;
    const key = this.unlock(this.target.privateKey, this.target.passphrase);
    const opened = connect(this.target, { key, readyTimeoutMs, keepaliveMs }, () => {
      if (this.open === opened) this.open = null;
    });
    return opened;
  }
}
