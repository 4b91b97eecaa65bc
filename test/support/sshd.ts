import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { createHostKey, createKeyPair, rawKey } from '../../src/remote/keys.js';
import type { KeyLogin, Target } from '../../src/remote/remote.js';

export interface Sshd {
  /** How to log in. */
  readonly target: Target & KeyLogin;
  /** Connections made so far, and the most channels that were open at once. */
  readonly seen: { connections: number; mostChannels: number };
  /** Cuts every connection, as a pulled cable does. */
  readonly cut: () => void;
  /** Resolves once no process that it started is left. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface SshdOptions {
  readonly hostKey?: ReturnType<typeof createHostKey>;
  readonly port?: number;
  /** Environment of the commands. */
  readonly env?: Readonly<Record<string, string>>;
  /** Channels at once on a connection; further ones are refused, as by MaxSessions. */
  readonly maxSessions?: number;
}

const keys = createKeyPair('test');

const isClosed = (channel: ServerChannel): boolean =>
  (channel as unknown as { incoming: { state: string } }).incoming.state === 'closed';

/** A real SSH server on 127.0.0.1 that gives each command to /bin/sh. */
export async function startSshd({
  hostKey = createHostKey(),
  port = 0,
  env = {},
  maxSessions = 10,
}: SshdOptions = {}): Promise<Sshd> {
  const seen = { connections: 0, mostChannels: 0 };
  const children = new Set<ChildProcess>();
  const sockets = new Set<Socket>();
  const allowed = rawKey(keys.publicKey);

  const serve = (connection: Connection) => {
    seen.connections += 1;
    const sessions = new Set<{ channel: ServerChannel | null }>();
    connection.on('authentication', (auth) => {
      if (auth.method !== 'publickey' || !allowed.equals(auth.key.data)) auth.reject(['publickey']);
      else auth.accept();
    });
    connection.on('error', () => undefined);
    // As a bastion: a way to another server.
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const way = connect(destPort, destIP);
      way.on('error', () => {
        reject();
      });
      way.on('connect', () => {
        const channel = accept();
        channel.on('error', () => undefined);
        way.removeAllListeners('error').on('error', () => {
          channel.close();
        });
        way.pipe(channel).pipe(way);
      });
    });
    connection.on('session', (accept, reject) => {
      // ssh2 tells of a closed channel only after the requests that follow it in the same packet.
      for (const held of sessions) if (held.channel !== null && isClosed(held.channel)) sessions.delete(held);
      if (sessions.size >= maxSessions) {
        reject();
        return;
      }
      const held: { channel: ServerChannel | null } = { channel: null };
      sessions.add(held);
      seen.mostChannels = Math.max(seen.mostChannels, sessions.size);
      const session = accept();
      // ssh2's server drops signals once stdin has ended; OpenSSH does not.
      session.on('eof', () => ((session as unknown as { _ending: boolean })._ending = false));
      session.on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        held.channel = channel;
        const child = spawn('/bin/sh', ['-c', command], { env: { ...process.env, ...env }, detached: true });
        children.add(child);
        child.on('close', () => children.delete(child));
        session.on('signal', (_accept, _rejectSignal, { name }) => {
          if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, `SIG${name}`);
        });
        child.stdin.on('error', () => undefined);
        channel.pipe(child.stdin);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        // What the command never read is thrown away, or ssh2 would not tell that the channel is closed.
        child.stdin.on('close', () => channel.resume());
        channel.on('close', () => {
          child.stdout.destroy();
          child.stderr.destroy();
        });
        child.on('close', (code, signal) => {
          if (signal === null) channel.exit(code ?? 0);
          else channel.exit(signal.slice(3));
          channel.end();
        });
      });
    });
  };

  const ssh = new ssh2.Server({ hostKeys: [hostKey.privateKey.reveal()] }, serve);
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const idle = async () => {
    await Promise.all([...children].map((child) => once(child, 'close')));
  };
  return {
    target: {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      user: 'dtrove',
      hostKey: hostKey.publicKey,
      privateKey: keys.privateKey,
      passphrase: keys.passphrase,
    },
    seen,
    cut,
    idle,
    async close() {
      cut();
      const closed = once(server, 'close');
      server.close();
      await closed;
      for (const child of children) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await idle();
      ssh.close();
    },
  };
}
