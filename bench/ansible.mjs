import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { timed } from './run-program.mjs';
import { find } from './tools.mjs';

/**
 * Runs a playbook; milliseconds from the start of the program to its end. Pipelining is on, there are as many forks as
 * hosts, the interpreter is given and ssh keeps its connections: what somebody sets who wants it fast.
 * @param {object} run
 * @param {string} run.place A directory for its files.
 * @param {object[]} run.playbook
 * @param {Record<string, object>} run.hosts Their variables.
 * @param {Record<string, readonly string[]>} [run.groups] Their names, by group.
 * @param {string} run.identity
 * @param {string} run.knownHosts
 * @param {boolean} run.mitogen
 */
export async function ansible({ place, playbook, hosts, groups = {}, identity, knownHosts, mitogen }) {
  const inventory = join(place, 'inventory.json');
  const play = join(place, 'playbook.json');
  const common = { ansible_ssh_private_key_file: identity, ansible_python_interpreter: '/usr/bin/python3' };
  const members = (names) => ({ hosts: Object.fromEntries(names.map((name) => [name, {}])) });
  const children = Object.fromEntries(Object.entries(groups).map(([group, names]) => [group, members(names)]));
  // JSON is YAML.
  await writeFile(inventory, JSON.stringify({ all: { hosts, vars: common, children } }));
  await writeFile(play, JSON.stringify(playbook));
  // An empty one, so that no other is read.
  await writeFile(join(place, 'ansible.cfg'), '');
  const ssh = `-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes`;
  const env = {
    PATH: process.env.PATH,
    HOME: place,
    ANSIBLE_CONFIG: join(place, 'ansible.cfg'),
    LC_ALL: 'C.UTF-8',
    ANSIBLE_FORKS: String(Object.keys(hosts).length),
    ANSIBLE_PIPELINING: 'True',
    // Mitogen starts a Python on each host at once: on a busy machine ten seconds are not enough for it.
    ANSIBLE_TIMEOUT: '300',
    ANSIBLE_SSH_ARGS: ssh,
    ANSIBLE_HOST_KEY_CHECKING: 'True',
    ANSIBLE_RETRY_FILES_ENABLED: 'False',
    ...(mitogen
      ? { ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: dirname(await find('mitogen')) }
      : {}),
  };
  const took = await timed('ansible-playbook', ['-i', inventory, play], { env, cwd: place });
  await closeConnections(join(place, '.ansible/cp'));
  return took;
}

/** Ends the connections that Ansible leaves for a minute, so that the next run meets none of them. */
async function closeConnections(directory) {
  const names = await readdir(directory).catch(() => []);
  const exit = (name) => timed('ssh', ['-o', `ControlPath=${join(directory, name)}`, '-O', 'exit', 'any']);
  await Promise.all(names.map((name) => exit(name).catch(() => undefined)));
}
