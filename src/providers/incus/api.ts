import { request } from 'node:http';
import { z } from 'zod';
import { DomainError, messageOf } from '../../errors.js';
import { IncusAgent, placeOf, type Endpoint } from './endpoint.js';
import { Refusal } from './refusal.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const Answer = z.object({
  type: z.enum(['sync', 'async', 'error']),
  metadata: z.unknown(),
  operation: z.string().default(''),
  error: z.string().default(''),
  error_code: z.number().default(0),
});
type Answer = z.output<typeof Answer>;

const Operation = z.object({ status_code: z.number(), err: z.string().default('') });
const running = { from: 100, to: 199 };

/** Seconds that one request waits for an operation, and milliseconds of silence until a connection counts as dead. */
const waitSeconds = 30;
const silenceMs = 60_000;

/** The REST API that Incus and LXD share, in one project. Throws Refusal, or DomainError where nobody answers. */
export class IncusApi {
  private readonly agent: IncusAgent;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly project: string,
  ) {
    this.agent = new IncusAgent(endpoint);
  }

  /** What is at `path`, below /1.0. */
  async get<T>(shape: z.ZodType<T>, path: string, signal: AbortSignal): Promise<T> {
    return this.read(shape, path, await this.call('GET', path, signal));
  }

  /** As `get`, or null where there is no such thing. */
  async find<T>(shape: z.ZodType<T>, path: string, signal: AbortSignal): Promise<T | null> {
    try {
      return await this.get(shape, path, signal);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  }

  /** Changes something, and returns when it is done: an operation in the background is waited for. */
  async change(method: Method, path: string, signal: AbortSignal, body?: object): Promise<void> {
    const { type, operation } = await this.call(method, path, signal, body);
    if (type === 'async') await this.finish(operation.replace(/^\/1\.0/, ''), signal);
  }

  /** Waits until an operation has ended. Throws a Refusal with its words where it failed. */
  async finish(path: string, signal: AbortSignal): Promise<void> {
    const [bare = '', query = ''] = path.split('?');
    const wait = `${bare}/wait?timeout=${waitSeconds}${query === '' ? '' : `&${query}`}`;
    for (;;) {
      const { status_code: status, err } = await this.get(Operation, wait, signal);
      if (status >= running.from && status <= running.to) continue;
      if (status >= 400) throw new Refusal(status, err === '' ? 'the operation failed without a word' : err);
      return;
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private read<T>(shape: z.ZodType<T>, path: string, { metadata }: Answer): T {
    const { data, error } = shape.safeParse(metadata);
    if (error === undefined) return data;
    throw this.nonsense(`${path}: ${z.prettifyError(error)}`);
  }

  private async call(method: Method, path: string, signal: AbortSignal, body?: object): Promise<Answer> {
    signal.throwIfAborted();
    const separator = path.includes('?') ? '&' : '?';
    const target = `/1.0${path}${separator}project=${encodeURIComponent(this.project)}`;
    const text = await this.send(method, target, signal, body === undefined ? '' : JSON.stringify(body));
    const { data } = Answer.safeParse(parsed(text));
    if (data === undefined) throw this.nonsense(`${method} ${path}: ${text.slice(0, 200)}`);
    if (data.type === 'error') throw new Refusal(data.error_code, data.error);
    return data;
  }

  private nonsense(what: string): DomainError {
    return new DomainError('PROVIDER_FAILED', `what answers at ${placeOf(this.endpoint)} is no Incus: ${what}`);
  }

  private send(method: Method, path: string, signal: AbortSignal, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        const message = `the connection to Incus at ${placeOf(this.endpoint)} broke: ${messageOf(error)}`;
        if (signal.aborted) reject(signal.reason as Error);
        else if (error instanceof DomainError) reject(error);
        else reject(new DomainError('UNAVAILABLE', message, { retryable: true, cause: error }));
      };
      const headers = { host: 'incus', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const outgoing = request({ agent: this.agent, method, path, headers, signal, timeout: silenceMs }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', failed);
        incoming.on('end', () => {
          resolve(Buffer.concat(chunks).toString());
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
      outgoing.on('error', failed);
      outgoing.end(body);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
