import { DomainError, type ErrorCode } from '../../errors.js';
import { Secret } from '../../shell/secret.js';
import type { FileEnd, Hop, Transferred } from '../remote.js';

/** What a thread is started with: threads are given plain values only. */
export interface Job {
  readonly hop: PlainHop;
  readonly via: PlainHop | undefined;
  readonly text: string;
  readonly first: string | undefined;
  readonly file: FileEnd;
  readonly readyTimeoutMs: number | undefined;
  readonly keepaliveMs: number | undefined;
}

type PlainHop = Pick<Hop, 'host' | 'port' | 'user' | 'hostKey'> & {
  readonly login: { readonly agent: string } | { readonly privateKey: string; readonly passphrase: string };
};

/** What a thread is told: that its command may be sent, or that nobody wants it any more. */
export type Order = 'go' | 'stop';

/** What a thread tells: that it is connected, what its command says, how many bytes have gone, and how it ended. */
export type News =
  | { readonly kind: 'connected' }
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'ended'; readonly result: Transferred }
  | { readonly kind: 'failed'; readonly failure: Failure };

export function plainHop({ host, port, user, hostKey, ...login }: Hop): PlainHop {
  const door = { host, port, user, hostKey };
  if (login.agent !== undefined) return { ...door, login: { agent: login.agent } };
  return { ...door, login: { privateKey: login.privateKey.reveal(), passphrase: login.passphrase.reveal() } };
}

export function hopOf({ login, ...door }: PlainHop): Hop {
  if ('agent' in login) return { ...door, agent: login.agent };
  return { ...door, privateKey: new Secret(login.privateKey), passphrase: new Secret(login.passphrase) };
}

/** An error as it goes from thread to thread, which else keeps its words only. */
export interface Failure {
  readonly message: string;
  readonly domain: { readonly code: ErrorCode; readonly retryable: boolean } | null;
  /** Of what the system says: `code`, `syscall`. */
  readonly system: { readonly code?: string | undefined; readonly syscall?: string | undefined };
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), domain: null, system: {} };
  const { message } = error;
  if (error instanceof DomainError)
    return { message, domain: { code: error.code, retryable: error.retryable }, system: {} };
  const { code, syscall } = error as NodeJS.ErrnoException;
  return { message, domain: null, system: { code, syscall } };
}

export const errorOf = ({ message, domain, system }: Failure): Error =>
  domain === null
    ? Object.assign(new Error(message), system)
    : new DomainError(domain.code, message, { retryable: domain.retryable });
