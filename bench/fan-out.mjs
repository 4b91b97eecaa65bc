import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ansible } from './ansible.mjs';
import { contest } from './contest.mjs';
import { controlMaster } from './control-master.mjs';
import { playbook, tasksOf, tasksOfHost } from './fan-out-tasks.mjs';
import { makePlace } from './place.mjs';
import { converge, createRemotePool } from './product.mjs';
import { startSshds } from './sshds.mjs';
import { missing } from './tools.mjs';

/**
 * One command and four idempotent steps on many hosts at once, from no connection to the last step's end: real sshds on
 * 127.0.0.1, which share this machine with whoever drives them. @param {import('./options.mjs').Options} options
 */
export async function fanOut({ hosts, rounds = 3, withoutAnsible }) {
  if ((await missing(['sshd', 'ssh'])).length > 0) return { data: null, tables: [] };
  const others = ['ansible-playbook', 'mitogen'];
  const absent = withoutAnsible ? others : await missing(others);
  const data = [];
  for (const count of hosts) {
    const { path, remove } = await makePlace();
    const ground = { place: path, ...(await startSshds(path, count)) };
    const shell = await shellOn(ground);
    const all = contestants(ground, shell, absent);
    data.push({ hosts: count, ...(await contest(`${count} hosts`, all, rounds, count < 50)) });
    await shell.stop();
    await ground.stop();
    await remove();
  }
  return { data, tables: [table(data)] };
}

const shellOn = ({ place, hosts, identity, knownHosts }) =>
  controlMaster({
    place: join(place, 'ssh'),
    identity,
    knownHosts,
    hosts: hosts.map(({ name, port, target }) => ({ name, host: target.host, port, user: target.user })),
  });

function contestants(ground, shell, absent) {
  const { place, hosts, identity, knownHosts } = ground;
  const fresh = async (who, round) => {
    const rootOf = ({ home }) => join(home, `${who}-${round}`);
    await Promise.all(hosts.map((host) => mkdir(rootOf(host))));
    return rootOf;
  };
  const byAnsible = (who, mitogen) => async (round) => {
    const rootOf = await fresh(who, round);
    const home = join(place, `${who}-${round}`);
    await mkdir(home);
    const inventory = hosts.map((host) => [
      host.name,
      { ansible_host: '127.0.0.1', ansible_port: host.port, root: rootOf(host) },
    ]);
    const run = { place: home, playbook, hosts: Object.fromEntries(inventory), identity, knownHosts, mitogen };
    const took = await ansible(run);
    await rm(home, { recursive: true, force: true });
    return took;
  };
  return {
    DTrove: async (round) => byDTrove(hosts, await fresh('dtrove', round)),
    ControlMaster: async (round) => byShell(shell, hosts, await fresh('shell', round)),
    ...(absent.includes('ansible-playbook') ? {} : { Ansible: byAnsible('ansible', false) }),
    ...(absent.length > 0 ? {} : { 'Ansible with mitogen': byAnsible('mitogen', true) }),
  };
}

/** The product's own way, pinned keys and all, from connections that are not made yet. */
async function byDTrove(hosts, rootOf) {
  const pool = createRemotePool();
  const began = performance.now();
  await Promise.all(
    hosts.map(async (host) => {
      const remote = pool.get(host.target);
      const { signal } = new AbortController();
      const { command, steps } = tasksOf(rootOf(host));
      const { code } = await remote.run(command, { signal });
      if (code !== 0) throw new Error(`${host.name}: exit ${code}`);
      for (const step of steps) {
        const outcome = await converge(step, remote, { signal });
        if (outcome !== 'applied') throw new Error(`${host.name}: ${step.name} was done already`);
      }
    }),
  );
  const took = performance.now() - began;
  await pool.close();
  return took;
}

/** The same commands by hand: one connection a host, one ssh for each task, all hosts side by side. */
async function byShell({ run, together, open, on, close }, hosts, rootOf) {
  const lanes = await Promise.all(
    hosts.map(async (host) => {
      const { command, steps } = tasksOf(rootOf(host));
      const lines = [open(host.name), await on(host.name, command)];
      for (const { apply } of steps) for (const part of apply) lines.push(await on(host.name, part));
      return lines.join(' && ');
    }),
  );
  const took = await run('fan-out.sh', together(lanes));
  await close();
  return took;
}

const table = (data) => {
  const names = [...new Set(data.flatMap(({ contestants: all }) => Object.keys(all)))];
  return {
    title: `One command and four steps on many hosts: tasks of a host per second (${tasksOfHost} a host), and how many times DTrove's time`,
    columns: ['hosts', 'rounds', ...names, ...names.slice(1).map((name) => `${name} : DTrove (lowest, highest)`)],
    rows: data.map(({ hosts, rounds, contestants: all }) => [
      hosts,
      rounds,
      ...names.map((name) => Math.round((1000 * hosts * tasksOfHost) / all[name].median)),
      ...names.slice(1).map((name) => {
        const { median, lowest, highest } = all[name].times;
        return `${median.toFixed(1)} (${lowest.toFixed(1)}, ${highest.toFixed(1)})`;
      }),
    ]),
  };
};
