// What a new cloud needs before anybody can use it, by its own APIs: service users, the catalogue, networks, flavors, images.
import { createReadStream } from 'node:fs';

const { OS_AUTH_URL: keystone, OS_PASSWORD: password, LAB_NET: net, LAB_TROVE: trove } = process.env;
let token = '';

async function call(method, url, body, headers = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token === '' ? {} : { 'x-auth-token': token }), ...headers },
    ...(body === undefined ? {} : isBytes(body) ? { body, duplex: 'half' } : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  token ||= response.headers.get('x-subject-token') ?? '';
  return text.startsWith('{') ? JSON.parse(text) : null;
}

const isBytes = (body) => body instanceof Uint8Array || Symbol.asyncIterator in body;
const named = (list, name) => list.find((one) => one.name === name);
const domain = { id: 'default' };
const identity = { methods: ['password'], password: { user: { name: 'admin', domain, password } } };
await call('POST', `${keystone}/auth/tokens`, { auth: { identity, scope: { project: { name: 'admin', domain } } } });

async function make(path, kind, list, name, more) {
  const there = named((await call('GET', `${keystone}${path}`))[list], name);
  return there ?? (await call('POST', `${keystone}${path}`, { [kind]: { name, ...more } }))[kind];
}

async function users() {
  const roles = {};
  for (const name of ['admin', 'member', 'reader', 'service'])
    roles[name] = await make('/roles', 'role', 'roles', name, {});
  const project = await make('/projects', 'project', 'projects', 'service', { domain_id: 'default' });
  const services = [
    ['glance', 'image', 9292, ''],
    ['placement', 'placement', 8778, ''],
    ['nova', 'compute', 8774, '/v2.1'],
    ['neutron', 'network', 9696, ''],
    ['cinder', 'volumev3', 8776, '/v3/%(project_id)s'],
    ...(trove ? [['trove', 'database', 8779, '/v1.0/%(project_id)s']] : []),
  ];
  for (const [name, type, port, path] of services) {
    const { id } = await make('/users', 'user', 'users', name, { domain_id: 'default', password });
    for (const role of ['admin', 'service'])
      await call('PUT', `${keystone}/projects/${project.id}/users/${id}/roles/${roles[role].id}`);
    const { services: there } = await call('GET', `${keystone}/services?type=${type}`);
    if (there.length > 0) continue;
    const made = (await call('POST', `${keystone}/services`, { service: { type, name } })).service;
    for (const side of ['public', 'internal', 'admin']) {
      const place = { region_id: 'RegionOne', url: `http://127.0.0.1:${port}${path}` };
      await call('POST', `${keystone}/endpoints`, { endpoint: { service_id: made.id, interface: side, ...place } });
    }
  }
}

const nova = 'http://127.0.0.1:8774/v2.1';
const neutron = 'http://127.0.0.1:9696/v2.0';
const glance = 'http://127.0.0.1:9292/v2';
const cinder = 'http://127.0.0.1:8776/v3';

const makeNetwork = async (name, more) =>
  (await call('POST', `${neutron}/networks`, { network: { name, shared: true, ...more } })).network.id;

const makeSubnet = async (id, range, more) => {
  const subnet = { network_id: id, ip_version: 4, cidr: `${range}.0/24`, gateway_ip: `${range}.1`, ...more };
  return (await call('POST', `${neutron}/subnets`, { subnet })).subnet.id;
};

/** The network of the servers; and one behind a router, with floating addresses before it, which carries no packets. */
async function networks() {
  const there = (await call('GET', `${neutron}/networks`)).networks;
  if (!named(there, 'provider')) {
    const flat = { 'provider:network_type': 'flat', 'provider:physical_network': 'provider' };
    const pools = [{ start: `${net}.10`, end: `${net}.250` }];
    const more = { allocation_pools: pools, dns_nameservers: [`${net}.1`] };
    await makeSubnet(await makeNetwork('provider', flat), net, more);
  }
  if (named(there, 'outside')) return;
  const local = { 'provider:network_type': 'local' };
  const outside = await makeNetwork('outside', { ...local, shared: false, 'router:external': true });
  await makeSubnet(outside, '198.51.100', { enable_dhcp: false });
  const subnet = await makeSubnet(await makeNetwork('inner', local), '172.30.88', { enable_dhcp: false });
  const router = { name: 'between', external_gateway_info: { network_id: outside } };
  const { id } = (await call('POST', `${neutron}/routers`, { router })).router;
  await call('PUT', `${neutron}/routers/${id}/add_router_interface`, { subnet_id: subnet });
}

/** Has the agent answer the servers' DHCP: by itself it takes a network only if it was made while the agent ran. */
async function dhcp() {
  const { id } = named((await call('GET', `${neutron}/networks`)).networks, 'provider');
  const [agent] = (await call('GET', `${neutron}/agents?binary=neutron-dhcp-agent`)).agents;
  const path = `${neutron}/agents/${agent.id}/dhcp-networks`;
  const { networks: taken } = await call('GET', path);
  if (!taken.some((one) => one.id === id)) await call('POST', path, { network_id: id });
}

async function flavors() {
  const there = (await call('GET', `${nova}/flavors`)).flavors;
  const sizes = [
    ['tiny', 1, 512, 4],
    ['small', 2, 1024, 8],
    ['bare', 1, 512, 0],
  ];
  for (const [name, vcpus, ram, disk] of sizes)
    if (!named(there, name)) await call('POST', `${nova}/flavors`, { flavor: { name, vcpus, ram, disk } });
}

/** Makes an image of that name from bytes, and waits until it can be used. */
async function makeImage(there, name, bytes, more = {}) {
  if (there.some((one) => one.name === name && one.status === 'active')) return;
  const raw = { name, disk_format: 'raw', container_format: 'bare', visibility: 'public', ...more };
  const { id } = await call('POST', `${glance}/images`, raw);
  await call('PUT', `${glance}/images/${id}/file`, bytes, { 'content-type': 'application/octet-stream' });
}

async function images() {
  const there = (await call('GET', `${glance}/images`)).images;
  await makeImage(there, 'tiny', new Uint8Array(1 << 20));
  const { LAB_IMAGE_FILE: debian, LAB_MUTE_FILE: mute } = process.env;
  for (const [name, file] of Object.entries({ 'debian-12': debian, mute }))
    if (file)
      await makeImage(there, name, createReadStream(file, { highWaterMark: 1 << 20 }), { hypervisor_type: 'lxc' });
}

async function volumeType() {
  if (named((await call('GET', `${cinder}/types`)).volume_types, 'nfs')) return;
  const type = { name: 'nfs', extra_specs: { volume_backend_name: 'nfs' } };
  await call('POST', `${cinder}/types`, { volume_type: type });
}

if (process.argv[2] === 'users') await users();
else {
  await Promise.all([networks(), flavors(), images(), volumeType()]);
  if (process.env.LAB_OPENSTACK === 'lxc') await dhcp();
}
