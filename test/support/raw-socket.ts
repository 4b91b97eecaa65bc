import { once } from 'node:events';
import WebSocket from 'ws';

/** How a WebSocket was closed by the other side. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** graphql-transport-ws, a message at a time: for what no well-behaved client does. */
export class RawSocket {
  readonly closed: Promise<Close>;
  private readonly inbox: Message[] = [];
  private wake: () => void = () => undefined;

  private constructor(readonly socket: WebSocket) {
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.inbox.push(JSON.parse(data.toString()) as Message);
      this.wake();
    });
  }

  static async open(url: string, protocol: string | string[] = 'graphql-transport-ws'): Promise<RawSocket> {
    const raw = new RawSocket(new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, protocol));
    await once(raw.socket, 'open');
    return raw;
  }

  /** As `open`, and logged in. */
  static async login(url: string, token: string): Promise<RawSocket> {
    const raw = await RawSocket.open(url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await raw.next();
    return raw;
  }

  send(message: Message | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: unknown, variables: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The next message. Throws where the socket is closed before. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.inbox.shift();
      if (message !== undefined) return message;
      const arrival = new Promise<null>((resolve) => {
        this.wake = () => {
          resolve(null);
        };
      });
      const close = await Promise.race([arrival, this.closed]);
      if (close !== null && this.inbox.length === 0) throw new Error(`closed: ${close.code} ${close.reason}`);
    }
  }

  close(): void {
    this.socket.terminate();
  }
}
