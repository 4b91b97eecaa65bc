import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey } from 'ssh2';
import { serveSession } from './session.js';

export interface SshdOptions {
  readonly port: number;
  /** OpenSSH format. */
  readonly hostKey: string;
  readonly user: string;
  /** One OpenSSH line. */
  readonly authorizedKey: string;
  /** What it calls itself in its greeting. */
  readonly greeting: string;
  readonly run: (command: string) => ChildProcessWithoutNullStreams;
}

export interface Sshd {
  /** Stops listening and ends every connection. What runs goes on. */
  close(): Promise<void>;
}

/** Whether this is the one user with the one key; a signature is there once the client has proved to have it. */
function mayEnter(auth: AuthContext, user: string, key: ParsedKey): boolean {
  if (auth.method !== 'publickey' || auth.username !== user) return false;
  if (auth.key.algo !== key.type || !auth.key.data.equals(key.getPublicSSH())) return false;
  if (auth.signature === undefined || auth.blob === undefined) return true;
  // It may answer with an Error, which its type conceals.
  const verified: unknown = key.verify(auth.blob, auth.signature, auth.hashAlgo);
  return verified === true;
}

function serve(connection: Connection, key: ParsedKey, { user, run }: SshdOptions): void {
  connection.on('error', () => undefined);
  connection.on('authentication', (auth) => {
    if (mayEnter(auth, user, key)) auth.accept();
    else auth.reject(['publickey']);
  });
  connection.on('session', (accept) => {
    serveSession(accept(), run);
  });
}

/** An SSH server on 127.0.0.1; null when the port is taken already: the bind is the lock. */
export function startSshd(options: SshdOptions): Promise<Sshd | null> {
  const key = ssh2.utils.parseKey(options.authorizedKey);
  if (key instanceof Error) throw key;
  const sockets = new Set<Socket>();
  const ssh = new ssh2.Server({ hostKeys: [options.hostKey], ident: options.greeting }, (connection) => {
    serve(connection, key, options);
  });
  // Without noDelay on both sides a command takes 40 ms more.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen({ port: options.port, host: '127.0.0.1', exclusive: true }, () => {
      resolve({ close });
    });
  });
}
