import { Agent as PlainAgent, request as plain, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import { DomainError, messageOf } from '../../errors.js';
import { Lost } from './refusal.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Outgoing {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Milliseconds of silence until a connection counts as dead. Nova asks three other services before it answers. */
const silenceMs = 60_000;

/** What an error of the connection says when nothing has been sent over it. */
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const mistrust = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

/** HTTP and HTTPS with kept connections; of certificates, only the given authorities count where some are given. */
export class Http {
  private readonly plainAgent = new PlainAgent({ keepAlive: true });
  private readonly secureAgent: SecureAgent;

  constructor({ ca, verify }: { readonly ca: string; readonly verify: boolean }) {
    this.secureAgent = new SecureAgent({ keepAlive: true, rejectUnauthorized: verify, ...(ca === '' ? {} : { ca }) });
  }

  /** One request and its answer, whatever it is. Throws Lost; DomainError where the certificate is not trusted. */
  send({ method, url, headers, body = '', signal }: Outgoing): Promise<Incoming> {
    signal.throwIfAborted();
    const isSecure = url.startsWith('https:');
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        reject(signal.aborted ? (signal.reason as Error) : asLost(url, error));
      };
      const options = {
        method,
        agent: isSecure ? this.secureAgent : this.plainAgent,
        headers: {
          accept: 'application/json',
          ...(body === '' ? {} : { 'content-type': 'application/json' }),
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
        signal,
        timeout: silenceMs,
      };
      const outgoing = (isSecure ? secure : plain)(url, options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', failed);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
      outgoing.on('error', failed);
      outgoing.end(body);
    });
  }

  close(): void {
    this.plainAgent.destroy();
    this.secureAgent.destroy();
  }
}

function asLost(url: string, error: unknown): Error {
  const { origin } = new URL(url);
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (mistrust.test(code)) {
    const words = `the certificate of ${origin} is not trusted: ${messageOf(error)}; OS_CACERT names who signed it`;
    return new DomainError('PROVIDER_FAILED', words, { cause: error });
  }
  return new Lost(`OpenStack at ${origin} cannot be reached: ${messageOf(error)}`, !unsent.has(code), error);
}
