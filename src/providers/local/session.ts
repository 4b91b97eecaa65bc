import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Session, ServerChannel } from 'ssh2';
import { signal } from '../../db/embedded/process.js';

const signals = new Set(['HUP', 'INT', 'QUIT', 'TERM', 'KILL', 'USR1', 'USR2']);

function connect(channel: ServerChannel, child: ChildProcessWithoutNullStreams): void {
  // Whoever reads or writes may be gone before the other; what became of the command is told by its exit code.
  for (const stream of [channel, channel.stderr, child.stdin, child.stdout, child.stderr]) {
    stream.on('error', () => undefined);
  }
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('error', (error) => {
    channel.stderr.write(`cannot run a shell: ${error.message}\n`);
    channel.exit(127);
    channel.end();
  });
  // 'close', not 'exit': as with any sshd the channel lasts while somebody holds the command's output.
  child.on('close', (code, name) => {
    if (name === null) channel.exit(code ?? 0);
    else channel.exit(name.slice('SIG'.length));
    channel.end();
  });
  // What the command never read is thrown away when it can be read no more: ssh2 would not tell that the channel is closed.
  child.stdin.on('close', () => {
    channel.resume();
  });
  // A client that went away reads no more: the command ends with it, and what shall outlive it runs detached.
  channel.on('close', () => {
    end(child, 'SIGTERM');
    child.stdin.end();
    child.stdout.destroy();
    child.stderr.destroy();
  });
}

/** Serves one SSH session: commands and signals to them; no terminal, no subsystem, no forwarding. */
export function serveSession(session: Session, run: (command: string) => ChildProcessWithoutNullStreams): void {
  let child: ChildProcessWithoutNullStreams | null = null;
  session.on('exec', (accept, _reject, { command }) => {
    if (child !== null) return;
    child = run(command);
    connect(accept(), child);
  });
  // A signal is never answered: the client asks for no reply.
  session.on('signal', (_accept, _reject, { name }) => {
    if (child !== null && signals.has(name)) end(child, `SIG${name}` as NodeJS.Signals);
  });
}

/** Signals the whole process group of a command that still runs. */
function end({ pid, exitCode, signalCode }: ChildProcessWithoutNullStreams, name: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null && signalCode === null) signal(-pid, name);
}
