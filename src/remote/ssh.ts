import { DomainError } from '../errors.js';
import { quote, type Command } from '../shell/command.js';
import { transferByThread, type FileTransfer } from './file-transfer/file-transfer.js';
import { nameOf, unreachable } from './connection.js';
import { withDeadline } from './deadline.js';
import { exec } from './exec.js';
import { Gate } from './gate.js';
import { Link, type LinkOptions, type Unlock } from './link.js';
import type { CommandOutcome } from './observer.js';
import type { ByteRemote, Result, RunOptions, Target, Transferred, TransferOptions } from './remote.js';
import { transfer } from './transfer.js';

export interface SshOptions extends LinkOptions {
  /** Put before every command (`DTROVE_PREFIX`), such as `sudo`; empty: the target's own. */
  readonly prefix?: string;
  /** Commands at once on one connection; the others wait. Default 8: sshd allows 10 (MaxSessions). */
  readonly maxChannels?: number;
}

/** A server over SSH: one kept connection, made at the first command and again after it was lost. */
export class SshRemote implements ByteRemote {
  private readonly gate: Gate;
  private readonly link: Link;
  /** Those of the transfers that have connections of their own. */
  private readonly fileTransfers = new Set<AbortController>();

  /** `bastion`: the way to it, where it has a `via`. */
  constructor(
    private readonly target: Target,
    unlock: Unlock,
    private readonly options: SshOptions = {},
    bastion: Link | null = null,
  ) {
    this.gate = new Gate(options.maxChannels ?? 8);
    this.link = new Link(target, unlock, options, bastion);
  }

  run(command: Command, options: RunOptions = {}): Promise<Result> {
    return this.observed(options.signal, () => this.send(command, options));
  }

  transfer(command: Command, options: TransferOptions): Promise<Transferred> {
    const { file } = options;
    return this.observed(options.signal, () =>
      file === undefined ? this.carry(command, options) : this.transferFile(command, { ...options, file }),
    );
  }

  /** Ends the connection; commands that still run reject with REMOTE_UNREACHABLE. The next command makes a new one. */
  close(): Promise<void> {
    for (const closing of this.fileTransfers) closing.abort(unreachable(this.target, 'the connection was closed'));
    return this.link.close();
  }

  private send(command: Command, { signal, timeoutMs = 60_000, before, onOutput }: RunOptions): Promise<Result> {
    const expired = () =>
      new DomainError('REMOTE_TIMEOUT', `${nameOf(this.target)} took longer than ${String(timeoutMs / 1000)} s`, {
        retryable: true,
      });
    return withDeadline(signal, timeoutMs, expired, async (deadline) => {
      const { client, leave } = await this.enter(deadline, before);
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

  private async carry(command: Command, { signal, before, ...io }: TransferOptions): Promise<Transferred> {
    const { client, leave } = await this.enter(signal, before);
    return transfer(client, {
      ...io,
      text: this.prefixed(command.text),
      signal,
      onClosed: leave,
      lost: (reason) => unreachable(this.target, reason),
    });
  }

  private async transferFile(command: Command, { signal, ...options }: FileTransfer): Promise<Transferred> {
    const closing = new AbortController();
    this.fileTransfers.add(closing);
    const text = this.prefixed(command.text);
    const either = AbortSignal.any([signal, closing.signal]);
    return transferByThread(this.target, { text }, { ...options, signal: either }, this.options).finally(() => {
      this.fileTransfers.delete(closing);
    });
  }

  /** The connection, with room for one channel more, which is given back by `leave`. `before` may still refuse. */
  private async enter(signal: AbortSignal, before: (() => void) | undefined) {
    const leave = await this.gate.enter(signal);
    try {
      const client = await this.link.client();
      signal.throwIfAborted();
      before?.();
      return { client, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Tells of the end of what a command does. */
  private async observed<T extends { readonly code: number }>(
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const { observer } = this.options;
    const began = performance.now();
    const ended = (outcome: CommandOutcome) => observer?.commandEnded(outcome, (performance.now() - began) / 1000);
    try {
      const result = await work();
      ended(result.code === 0 ? 'zero' : 'nonzero');
      return result;
    } catch (error) {
      ended(signal?.aborted === true ? 'stopped' : 'failed');
      throw error;
    }
  }

  private prefixed(text: string): string {
    const prefix = (this.options.prefix ?? '').trim() || (this.target.prefix ?? '');
    return prefix === '' ? text : `${prefix} sh -c ${quote(text)}`;
  }
}
