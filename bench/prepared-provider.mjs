import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

// A provider for DTROVE_PROVIDERS whose servers are there already: the machines that the file BENCH_MACHINES lists
// at the time. It lets the cluster's key in and gives the machine its host key.

const run = promisify(execFile);

const enter = ({ user, authorizedKey, hostKey }) => `set -eu
echo '${authorizedKey}' >>/home/${user}/.ssh/authorized_keys
cat >/etc/ssh/ssh_host_ed25519_key <<'K'
${hostKey.privateKey.reveal().trim()}
K
echo '${hostKey.publicKey}' >/etc/ssh/ssh_host_ed25519_key.pub
systemctl restart ssh
`;

const notSupported = () => Promise.reject(new Error('not supported'));

export default {
  id: 'prepared',
  build: ({ env }) => {
    const servers = new Map();
    let taken = [];
    const free = async () => {
      const machines = JSON.parse(await readFile(env.BENCH_MACHINES, 'utf8'));
      const machine = machines.find(({ name }) => !taken.includes(name));
      taken = [...taken, machine.name];
      return machine;
    };
    const make = async (wish) => {
      const { name, addr, project } = await free();
      const running = run('lxc', ['--project', project, 'exec', name, '--', 'sh', '-s'], { env });
      running.child.stdin?.end(enter(wish));
      await running;
      const server = { id: wish.key, key: wish.key, clusterId: wish.clusterId, state: 'ACTIVE', progress: 100 };
      return { ...server, message: '', addr, sshPort: 22, port: null };
    };
    return {
      id: 'prepared',
      init: 'systemd',
      supportsVolumes: false,
      supportsSnapshots: false,
      defaultFlavor: 'one',
      refuses: () => null,
      flavors: () => Promise.resolve([{ name: 'one', cpus: 2, memoryMb: 1024, diskGb: 10 }]),
      create: (wish) => {
        if (!servers.has(wish.key)) servers.set(wish.key, make(wish));
        return servers.get(wish.key);
      },
      updateStatus: (id) => Promise.resolve(servers.get(id) ?? null),
      destroy: (id) => Promise.resolve(void servers.delete(id)),
      list: () => Promise.all(servers.values()),
      createVolume: notSupported,
      attachVolume: notSupported,
      snapshot: notSupported,
      adopt: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  },
};
