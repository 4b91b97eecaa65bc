import Connection from 'pg/lib/connection.js';
import { authenticate } from './authenticate.js';
import type { ConnectionTarget } from './conninfo.js';
import { ConnectionError, format, ServerError, type ServerMessage } from './messages.js';
import { sslOf, type Ssl } from './ssl.js';

/** Told of what comes back. */
export interface Receiver {
  columns?(names: readonly string[]): void;
  row?(values: readonly (string | null)[]): void;
  /** A statement is done, with its command tag. */
  done?(tag: string): void;
  /** A piece of a COPY's stream. Asks for a pause by returning what ends it. */
  data?(chunk: Buffer): Promise<void> | undefined;
}

/** One connection to a server. */
export class Session {
  private receiver: Receiver = {};
  private error: Error | null = null;
  private settle: (() => void) | null = null;

  constructor(private readonly connection: Connection) {
    connection.on('rowDescription', ({ fields }: { fields: readonly { name: string }[] }) => {
      this.receiver.columns?.(fields.map(({ name }) => name));
    });
    connection.on('dataRow', ({ fields }: { fields: readonly (string | null)[] }) => this.receiver.row?.(fields));
    connection.on('commandComplete', ({ text }: { text: string }) => this.receiver.done?.(text));
    connection.on('copyData', ({ chunk }: { chunk: Buffer }) => {
      this.pass(chunk);
    });
    connection.on('copyInResponse', () => {
      this.fail(new ConnectionError('COPY FROM STDIN is not supported'));
    });
    connection.on('notice', (message: ServerMessage) =>
      process.stderr.write(`${format({ ...message, where: undefined })}\n`),
    );
    connection.on('errorMessage', (message: ServerMessage) => (this.error ??= new ServerError(message)));
    connection.on('error', (error: Error) => {
      this.fail(new ConnectionError(error.message));
    });
    connection.on('end', () => {
      this.fail(new ConnectionError('server closed the connection unexpectedly'));
    });
    connection.on('readyForQuery', () => this.settle?.());
  }

  /** Runs one message of the simple query protocol. Throws ServerError, or ConnectionError when the connection is lost. */
  query(text: string, receiver: Receiver = {}): Promise<void> {
    this.receiver = receiver;
    return this.turn(() => {
      this.connection.query(text);
    });
  }

  end(): void {
    this.connection.removeAllListeners('end');
    this.connection.end();
  }

  /** Begins something, and waits until the server is ready again. */
  turn(begin: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settle = () => {
        const { error } = this;
        this.settle = null;
        if (error === null) resolve();
        else reject(error);
        if (!(error instanceof ConnectionError)) this.error = null;
      };
      if (this.error) this.settle();
      else begin();
    });
  }

  private fail(error: ConnectionError): void {
    // What the server said last, as of a refused login, tells more than that it hung up.
    this.error = this.error === null ? error : new ConnectionError(this.error.message);
    this.settle?.();
  }

  private pass(chunk: Buffer): void {
    // A copy: the parser moves bytes about in the buffer that it hands out pieces of.
    const pause = this.receiver.data?.(Buffer.from(chunk));
    if (pause === undefined) return;
    const { stream } = this.connection;
    stream.pause();
    pause.then(
      () => stream.resume(),
      (error: unknown) => {
        this.fail(new ConnectionError(error instanceof Error ? error.message : String(error)));
      },
    );
  }
}

async function attempt(target: ConnectionTarget, ssl: Ssl | false, extra: Record<string, string>): Promise<Session> {
  const connection = new Connection({ ssl });
  const session = new Session(connection);
  const begin = () => {
    const { user, database, applicationName } = target;
    connection.startup({ user, database, application_name: applicationName, ...extra });
  };
  authenticate(connection, target.password);
  await session.turn(() => {
    connection.once('connect', () => {
      if (ssl === false) begin();
      else connection.requestSsl();
    });
    connection.once('sslconnect', begin);
    if (target.host.startsWith('/')) connection.connect(`${target.host}/.s.PGSQL.${String(target.port)}`);
    else connection.connect(target.port, target.host);
  });
  return session;
}

/** Connects and logs in. Throws ConnectionError in libpq's manner of speaking. */
export async function open(target: ConnectionTarget, extra: Record<string, string> = {}): Promise<Session> {
  const { host, port, sslmode } = target;
  const socket = host.startsWith('/');
  try {
    const ssl = socket ? false : sslOf(target);
    const lacksSsl = (error: unknown) => error instanceof Error && /does not support SSL/.test(error.message);
    return await attempt(target, ssl, extra).catch((error: unknown) => {
      if (sslmode === 'prefer' && lacksSsl(error)) return attempt(target, false, extra);
      throw error;
    });
  } catch (error) {
    const where = socket ? `on socket "${host}/.s.PGSQL.${String(port)}"` : `at "${host}", port ${String(port)}`;
    throw new ConnectionError(`connection to server ${where} failed: ${error instanceof Error ? error.message : ''}`);
  }
}
