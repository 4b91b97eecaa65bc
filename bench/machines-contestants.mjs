import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ansible } from './ansible.mjs';
import { onCleanUp } from './clean-up.mjs';
import { controlMaster } from './control-master.mjs';
import { startControlPlane } from './control-plane.mjs';
import { clusterOf } from './floor-cluster.mjs';
import { version } from './lab-images.mjs';
import { login } from './lab.mjs';
import { floorOf } from './machines-floor.mjs';
import { playbookOf, varsOf } from './machines-playbook.mjs';
import { createRemotePool, gatherFacts, parseFacts, plansOf, Secret, unitOf } from './product.mjs';

/** Each is given a directory, three machines that are up, and whether packages are installed already. */
export async function machineContestants(ground, absent) {
  const byAnsible = (mitogen) => (home, machines) => playOn(ground, home, machines, mitogen);
  return {
    DTrove: await dtrove(ground),
    ControlMaster: (home, machines, packages) => shellOn(ground, home, machines, packages),
    ...(absent.includes('ansible-playbook') ? {} : { Ansible: byAnsible(false) }),
    ...(absent.length > 0 ? {} : { 'Ansible with mitogen': byAnsible(true) }),
  };
}

/** The product: a control plane whose provider hands out these machines; the time of the manager's plan, first step to the end. */
async function dtrove({ path, lab }) {
  const list = join(path, 'machines.json');
  const plane = await startControlPlane(join(path, 'dtrove'), {
    DTROVE_PROVIDERS: join(import.meta.dirname, 'prepared-provider.mjs'),
    DTROVE_SSH_USER: login,
    BENCH_MACHINES: list,
    LXD_DIR: lab.directory,
  });
  const api = plane.api();
  onCleanUp(() => api.close());
  const datastoreId = await api.datastore({ version, image: 'prepared' });
  let made = 0;
  return async (home, machines) => {
    await writeFile(list, JSON.stringify(machines.map(({ name, addr }) => ({ name, addr, project: lab.project }))));
    made += 1;
    const { cluster, operation, credentials } = await api.createCluster({
      name: `bench-${made}`,
      datastoreId,
      size: 3,
    });
    await api.succeeded(operation.id);
    const { steps, finishedAt } = await api.steps(operation.id);
    const [primary] = (await api.ports(cluster.id)).filter(({ role }) => role === 'PRIMARY');
    const first = steps.find(({ name }) => name === 'install packages');
    await api.deleteCluster(cluster.id);
    return { took: Date.parse(finishedAt) - Date.parse(first.startedAt), primary: { ...credentials, ...primary } };
  };
}

/** The cluster that the others make: as DTrove's, with keys and passwords of its own. */
async function wish({ keys, hostKey }, machines) {
  const pool = createRemotePool();
  const places = machines.map(async ({ addr, port, user }) => {
    const key = { hostKey: hostKey.publicKey, privateKey: keys.privateKey, passphrase: new Secret('') };
    const remote = pool.get({ host: addr, port: 22, user, prefix: 'sudo -n', ...key });
    return { addr, port, facts: parseFacts((await remote.run(gatherFacts())).stdout) };
  });
  const cluster = await clusterOf(await Promise.all(places), version);
  await pool.close();
  const { admin, nodes } = cluster.view;
  const { addr, port } = nodes[0];
  return { cluster, primary: { host: addr, port, username: admin.username, password: admin.password.reveal() } };
}

async function knownHostsOf({ hostKey }, home, machines) {
  const path = join(home, 'known_hosts');
  await writeFile(path, machines.map(({ addr }) => `${addr} ${hostKey.publicKey}\n`).join(''));
  return path;
}

/** By hand; its connections are open before the clock starts, as DTrove's are. */
async function shellOn(ground, home, machines, packages) {
  const { cluster, primary } = await wish(ground, machines);
  const hosts = machines.map(({ name, addr, user }) => ({ name, host: addr, port: 22, user }));
  const knownHosts = await knownHostsOf(ground, home, machines);
  const shell = await controlMaster({ place: join(home, 's'), identity: ground.identity, knownHosts, hosts });
  const { view } = cluster;
  const plan = plansOf(() => cluster.template).prepare(view);
  const hostOf = (id) => machines[view.nodes.findIndex((node) => node.id === id)].name;
  const lines = await floorOf(plan, hostOf, packages === 'installed' ? ['install packages'] : [], shell);
  await shell.run('open.sh', shell.together(hosts.map(({ name }) => shell.open(name))));
  const took = await shell.run('floor.sh', lines);
  await shell.stop();
  return { took, primary };
}

async function playOn(ground, home, machines, mitogen) {
  const { cluster, primary } = await wish(ground, machines);
  const { nodes } = cluster.view;
  const vars = machines.map(({ name, addr, user }, i) => [
    name,
    { ansible_host: addr, ansible_user: user, ...varsOf(cluster, nodes[i]) },
  ]);
  const [first, ...others] = machines.map(({ name }) => name);
  const took = await ansible({
    place: home,
    playbook: playbookOf(cluster, unitOf(cluster.view)),
    hosts: Object.fromEntries(vars),
    groups: { primary: [first], replicas: others },
    identity: ground.identity,
    knownHosts: await knownHostsOf(ground, home, machines),
    mitogen,
  });
  return { took, primary };
}
