import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onCleanUp } from './clean-up.mjs';
import { freePort } from './floor-cluster.mjs';
import { createHostKey, Secret } from './product.mjs';
import { find } from './tools.mjs';

/**
 * @typedef {object} Host A real sshd of OpenSSH on 127.0.0.1.
 * @property {string} name
 * @property {number} port
 * @property {string} home Its own directory.
 * @property {import('../src/remote/remote.js').Target} target How DTrove reaches it.
 */

/**
 * Starts so many sshds, with a configuration and a host key each, and waits until all of them answer.
 * @param {string} place
 * @param {number} count
 */
export async function startSshds(place, count) {
  // Not locked, as ssh has to read it.
  const keys = createHostKey();
  const identity = join(place, 'id');
  const knownHosts = join(place, 'known_hosts');
  await writeFile(join(place, 'authorized_keys'), `${keys.publicKey}\n`);
  await writeFile(identity, keys.privateKey.reveal(), { mode: 0o600 });
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const program = await find('sshd');
  const hosts = [];
  for (let i = 1; i <= count; i += 1) hosts.push(await startSshd(program, place, `host-${i}`, keys));
  await writeFile(knownHosts, hosts.map(({ port, target }) => `[127.0.0.1]:${port} ${target.hostKey}\n`).join(''));
  await Promise.all(hosts.map(({ port }) => answers(port)));
  const stop = () => Promise.all(hosts.map((host) => host.stop()));
  return { hosts, identity, knownHosts, stop };
}

async function startSshd(program, place, name, keys) {
  const home = join(place, name);
  await mkdir(home);
  const port = await freePort();
  const hostKey = createHostKey();
  const keyFile = join(home, 'host_key');
  await writeFile(keyFile, hostKey.privateKey.reveal(), { mode: 0o600 });
  const config = join(home, 'sshd_config');
  await writeFile(config, settings(port, keyFile, join(place, 'authorized_keys'), join(home, 'sshd.pid')));
  const child = spawn(program, ['-D', '-f', config], { detached: true, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = onCleanUp(async () => {
    // With its sessions, which end the connections that ssh keeps on the other side.
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  });
  const login = { user: userInfo().username, privateKey: keys.privateKey, passphrase: new Secret('') };
  const target = { host: '127.0.0.1', port, hostKey: hostKey.publicKey, ...login };
  return { name, port, home, target, stop };
}

// A bash that sshd starts at the first level reads ~/.bashrc, which on a developer's machine may cost more than all else.
const settings = (port, hostKey, authorizedKeys, pid) => `\
Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
AuthorizedKeysFile ${authorizedKeys}
PidFile ${pid}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
StrictModes no
UsePAM no
UseDNS no
MaxStartups 1000
MaxSessions 50
SetEnv SHLVL=2
LogLevel ERROR
`;

async function answers(port) {
  for (const end = performance.now() + 30_000; performance.now() < end; await delay(20)) {
    const socket = connect(port, '127.0.0.1');
    const greeted = await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => []);
    socket.destroy();
    if (String(greeted[0] ?? '').startsWith('SSH-2.0')) return;
  }
  throw new Error(`no sshd answers on port ${port}`);
}
