import { Client } from 'pg';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';

/** What a listener tells of. */
export interface ListenerEvents {
  /** The payload of one NOTIFY. */
  readonly onNotify: (payload: string) => void;
  /** It listens again after it was cut off: what was announced meanwhile went unheard. */
  readonly onConnected: () => void;
}

/** One connection that LISTENs on a channel, and comes back by itself (0.1 s to 2 s) whenever PostgreSQL does. */
export class Listener {
  private client: Client | null = null;
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;
  private attempts = 0;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly events: ListenerEvents,
    private readonly log: Log,
  ) {}

  /** Connects. Throws where the first connection fails. */
  async start(): Promise<void> {
    await this.connect();
  }

  get connected(): boolean {
    return this.client !== null;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'dtrove bus',
      connectionTimeoutMillis: 10_000,
      // A connection that died without a word is found out within minutes, not hours.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    client.on('error', (error) => {
      this.log.warn({ error: error.message }, 'the event bus lost its connection');
    });
    client.on('notification', ({ payload }) => {
      this.events.onNotify(payload ?? '');
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    // Stopped while it connected: nobody else would end this client.
    if (this.stopped) return client.end();
    client.on('end', () => {
      this.client = null;
      this.reconnectSoon();
    });
    this.client = client;
    this.attempts = 0;
    this.events.onConnected();
  }

  private reconnectSoon(): void {
    if (this.stopped || this.timer !== null) return;
    const delay = Math.min(100 * 2 ** this.attempts, 2000);
    this.attempts += 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.connect().catch((error: unknown) => {
        this.log.debug({ error: messageOf(error) }, 'the event bus cannot connect yet');
        this.reconnectSoon();
      });
    }, delay);
  }
}
