import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onCleanUp } from './clean-up.mjs';
import { quote } from './product.mjs';
import { timed } from './run-program.mjs';

/**
 * A plain shell over connections that OpenSSH keeps: what somebody writes by hand who wants it fast.
 * @param {object} ground
 * @param {string} ground.place A directory for its files; short, as the sockets' paths are below it.
 * @param {string} ground.identity
 * @param {string} ground.knownHosts
 * @param {readonly { name: string, host: string, port: number, user: string }[]} ground.hosts
 */
export async function controlMaster({ place, identity, knownHosts, hosts }) {
  await mkdir(place, { recursive: true });
  const config = join(place, 'ssh_config');
  const common = `Host *
  IdentityFile ${identity}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  StrictHostKeyChecking yes
  BatchMode yes
  ControlPath ${place}/%n
  ControlPersist 60
  LogLevel ERROR
`;
  const own = hosts.map(
    ({ name, host, port, user }) => `Host ${name}\n  HostName ${host}\n  Port ${port}\n  User ${user}\n`,
  );
  await writeFile(config, own.join('') + common);
  const ssh = `ssh -F ${quote(config)}`;
  const run = async (name, lines) => {
    const path = join(place, name);
    await writeFile(path, `set -u\nfailed=0\n${lines.join('\n')}\nexit "$failed"\n`);
    return timed('bash', [path]);
  };
  /** Lines that run side by side; the shell waits for all of them. */
  const together = (lines) => [
    ...lines.map((line) => `{ ${line}; } & pids="\${pids:-} $!"`),
    'for pid in ${pids:-}; do wait "$pid" || failed=1; done',
    'pids=',
  ];
  const open = (name) => `${ssh} -MNf ${name}`;
  const close = () => run('close.sh', together(hosts.map(({ name }) => `${ssh} -O exit ${name} 2>/dev/null || :`)));
  const stop = onCleanUp(close);

  let stdins = 0;
  /** The line that runs a command on a host, its stdin from a file. @param {{ text: string, stdin?: unknown }} command */
  const on = async (name, { text, stdin }) => {
    let input = '/dev/null';
    if (stdin !== undefined) {
      stdins += 1;
      input = join(place, `stdin-${stdins}`);
      await writeFile(input, typeof stdin === 'string' ? stdin : stdin.reveal(), { mode: 0o600 });
    }
    return `${ssh} ${name} ${quote(text)} <${quote(input)} >/dev/null`;
  };
  return { run, together, open, on, close, stop };
}
