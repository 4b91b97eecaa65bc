import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { median } from './numbers.mjs';
import { openCloud } from './openstack-cloud.mjs';
import { listing } from './openstack-list.mjs';
import { byNova } from './openstack-server.mjs';
import { rows } from './openstack-rows.mjs';
import { makePlace } from './place.mjs';
import { ms } from './table.mjs';

const imageName = process.env.LAB_IMAGE ?? 'debian-12';
const flavorName = process.env.LAB_FLAVOR ?? 'small';

/** One-node clusters on a real OpenStack, beside what Nova itself takes. @param {import('./options.mjs').Options} options */
export async function openstack(options) {
  const cloud = await openCloud();
  if (cloud === null) return { data: null, tables: [] };
  const parts = [cloud.env.LAB_OPENSTACK === 'fake' ? await listing(cloud) : await create(cloud, options)];
  if (cloud.has('database')) parts.push(await rows(cloud));
  return { data: parts.map(({ data }) => data), tables: parts.flatMap(({ tables }) => tables) };
}

async function create(cloud, { rounds = 3 }) {
  const network = (await cloud.ask('GET', 'network', '/networks?name=provider')).networks[0].id;
  const image = (await cloud.ask('GET', 'image', `/images?name=${imageName}`)).images[0].id;
  const { flavors } = await cloud.ask('GET', 'compute', '/flavors');
  const flavor = flavors.find(({ name }) => name === flavorName).id;
  await openGroup(cloud);
  const { calls, env } = await cloud.watched();
  const { path } = await makePlace();
  const plane = await startControlPlane(path, {
    ...cloud.env,
    ...env,
    ...{ DTROVE_PROVIDERS: 'openstack', DTROVE_OPENSTACK_NETWORK: 'provider', DTROVE_OPENSTACK_FLAVOR: flavorName },
    // Only what the create itself asks is counted.
    ...{ DTROVE_HEALTH_SECONDS: '3600', DTROVE_REAPER_SECONDS: '86400' },
  });
  const api = plane.api();
  onCleanUp(() => api.close());
  const datastoreId = await api.datastore({ version: '15', image: imageName });
  const byDtrove = async (round) => {
    const from = calls.length;
    const began = performance.now();
    const { cluster, operation } = await api.createCluster({ name: `bench-${round}`, datastoreId, size: 1 });
    const remove = onCleanUp(() => api.deleteCluster(cluster.id));
    await api.succeeded(operation.id);
    const took = performance.now() - began;
    const asked = calls.slice(from);
    const { steps } = await api.steps(operation.id);
    const length = (name) =>
      steps
        .filter((step) => step.name === name)
        .reduce((sum, step) => sum + Date.parse(step.finishedAt) - Date.parse(step.startedAt), 0);
    await remove();
    return { took, packages: length('install packages'), calls: asked.length, looks: asked.filter(isLook).length };
  };
  const pairs = [];
  // The first round finds no image on the host, and no token: it is shown and not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % 2 === 0 ? null : await byDtrove(round);
    const nova = await byNova(cloud, { image, flavor, network });
    const dtrove = first ?? (await byDtrove(round));
    console.error(
      `openstack, round ${round}: Nova to ssh ${ms(nova.took)}, DTrove ${ms(dtrove.took)}, ${dtrove.calls} calls`,
    );
    pairs.push({ nova, dtrove });
  }
  await plane.stop();
  return { data: { create: pairs }, tables: [createTable(pairs)] };
}

/** A look at a server that builds. */
const isLook = ({ service, method, path }) =>
  service === 'compute' && method === 'GET' && path.includes('/servers/detail');

/** The administrator's own security group, for servers of Nova alone. */
async function openGroup(cloud) {
  const { security_groups: there } = await cloud.ask(
    'GET',
    'network',
    `/security-groups?name=bench&project_id=${cloud.project}`,
  );
  if (there.length > 0) return;
  const { security_group: made } = await cloud.ask('POST', 'network', '/security-groups', {
    security_group: { name: 'bench' },
  });
  onCleanUp(() => cloud.ask('DELETE', 'network', `/security-groups/${made.id}`));
  const rule = {
    security_group_id: made.id,
    direction: 'ingress',
    protocol: 'tcp',
    port_range_min: 22,
    port_range_max: 22,
  };
  await cloud.ask('POST', 'network', '/security-group-rules', { security_group_rule: rule });
}

function createTable(pairs) {
  const counted = pairs.slice(1);
  const row = (name, of) => {
    const ratios = of.map(({ nova, dtrove }) => (dtrove.took - dtrove.packages) / nova.took);
    return [
      name,
      ...['nova', 'dtrove'].map((who) => ms(median(of.map((pair) => pair[who].took)))),
      ms(median(of.map(({ dtrove }) => dtrove.packages))),
      median(ratios).toFixed(2),
      median(of.map(({ dtrove }) => dtrove.calls - dtrove.looks)),
      median(of.map(({ dtrove }) => dtrove.looks)),
    ];
  };
  return {
    title:
      'One node of PostgreSQL on OpenStack, from the mutation to ACTIVE, beside Nova alone, from the request to a login by SSH',
    columns: ['', 'Nova to SSH', 'DTrove', 'of it packages', 'DTrove without packages : Nova', 'calls', 'and looks'],
    rows: [row('first, cold', pairs.slice(0, 1)), row(`${counted.length} rounds, median`, counted)],
  };
}
