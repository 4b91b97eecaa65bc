import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ParsedKey } from 'ssh2';
import type { Secret } from '../shell/secret.js';
import { connect, nameOf, unreachable } from './connection.js';
import type { SshObserver } from './observer.js';
import type { Door, Hop } from './remote.js';

export type Unlock = (privateKey: Secret, passphrase: Secret) => ParsedKey;

export interface LinkOptions {
  /** Milliseconds for connecting. Default 10,000. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between two signs of life; three that go unanswered end the connection. Default 10,000. */
  readonly keepaliveMs?: number;
  readonly observer?: SshObserver | undefined;
}

interface Opened {
  readonly ready: Promise<Client>;
  /** Ends it, whether it is there yet or not; resolves when it is gone. */
  close(): Promise<void>;
}

/** One kept connection to an sshd, made at the first need of it and again after it was lost; through a bastion where there is one. */
export class Link {
  private open: Opened | null = null;

  constructor(
    private readonly hop: Hop,
    private readonly unlock: Unlock,
    private readonly options: LinkOptions,
    private readonly bastion: Link | null = null,
  ) {}

  /** Throws REMOTE_UNREACHABLE or HOST_KEY_CHANGED. */
  async client(): Promise<Client> {
    this.open ??= this.connect();
    return this.open.ready;
  }

  /** Ends the connection; the next command makes a new one. */
  async close(): Promise<void> {
    const { open } = this;
    this.open = null;
    await open?.close();
  }

  /** A way from here to another sshd, as `ssh -J` makes it. */
  async way(to: Door): Promise<Duplex> {
    const client = await this.client();
    const refused = (error: Error) => unreachable(to, `its bastion ${nameOf(this.hop)} says: ${error.message}`, error);
    return new Promise((resolve, reject) => {
      try {
        client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
          if (error) reject(refused(error));
          else resolve(channel);
        });
      } catch (error) {
        // A connection that has just ended.
        reject(refused(error as Error));
      }
    });
  }

  private connect(): Opened {
    const { readyTimeoutMs = 10_000, keepaliveMs = 10_000, observer } = this.options;
    const lost = () => {
      if (this.open === opened) this.open = null;
    };
    const start = (sock?: Duplex) =>
      observed(connect(this.hop, { login: this.login(), sock, readyTimeoutMs, keepaliveMs }, lost), observer);
    const opened = this.bastion === null ? begun(start()) : begunLater(this.bastion.way(this.hop).then(start), lost);
    return opened;
  }

  private login(): AnyAuthMethod {
    const { hop } = this;
    if (hop.agent === '') throw unreachable(hop, 'this process has no SSH agent: SSH_AUTH_SOCK is not set');
    return hop.agent === undefined
      ? { type: 'publickey', username: hop.user, key: this.unlock(hop.privateKey, hop.passphrase) }
      : { type: 'agent', username: hop.user, agent: hop.agent };
  }
}

type Started = ReturnType<typeof connect>;

function observed(started: Started, observer: SshObserver | undefined): Started {
  const { client, ready } = started;
  ready.then(
    () => {
      observer?.connected();
      client.once('close', () => observer?.disconnected());
    },
    () => observer?.refused(),
  );
  return started;
}

const begun = ({ client, ready }: Started): Opened => ({
  ready,
  async close() {
    const closed = new Promise<void>((resolve) => {
      client.on('close', resolve);
    });
    client.destroy(); // end() would wait for ever for a server that fell silent
    await closed;
  },
});

function begunLater(starting: Promise<Started>, lost: () => void): Opened {
  let ended = false;
  const ready = starting.then(({ client, ready: there }) => {
    if (ended) client.destroy();
    return there;
  });
  ready.catch(lost);
  return {
    ready,
    async close() {
      ended = true;
      const started = await starting.catch(() => null);
      if (started === null) return;
      started.client.destroy();
      await started.ready.catch(() => undefined);
    },
  };
}
