// What a new cloud needs before anybody can use it, by its own APIs: service users, the catalogue, a network, flavors, images.
const { OS_AUTH_URL: keystone, OS_PASSWORD: password, LAB_NET: net } = process.env;
let token = '';

async function call(method, url, body, headers = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token === '' ? {} : { 'x-auth-token': token }), ...headers },
    ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  token ||= response.headers.get('x-subject-token') ?? '';
  return text.startsWith('{') ? JSON.parse(text) : null;
}

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

async function network() {
  if (named((await call('GET', `${neutron}/networks`)).networks, 'provider')) return;
  const flat = { 'provider:network_type': 'flat', 'provider:physical_network': 'provider' };
  const { id } = (await call('POST', `${neutron}/networks`, { network: { name: 'provider', shared: true, ...flat } }))
    .network;
  const pools = [{ start: `${net}.10`, end: `${net}.250` }];
  const subnet = {
    network_id: id,
    ip_version: 4,
    cidr: `${net}.0/24`,
    gateway_ip: `${net}.1`,
    allocation_pools: pools,
  };
  await call('POST', `${neutron}/subnets`, { subnet: { ...subnet, dns_nameservers: [`${net}.1`] } });
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

async function image() {
  if (named((await call('GET', `${glance}/images`)).images, 'tiny')) return;
  const raw = { name: 'tiny', disk_format: 'raw', container_format: 'bare', visibility: 'public' };
  const { id } = await call('POST', `${glance}/images`, raw);
  const headers = { 'content-type': 'application/octet-stream' };
  await call('PUT', `${glance}/images/${id}/file`, new Uint8Array(1 << 20), headers);
}

async function volumeType() {
  if (named((await call('GET', `${cinder}/types`)).volume_types, 'nfs')) return;
  const type = { name: 'nfs', extra_specs: { volume_backend_name: 'nfs' } };
  await call('POST', `${cinder}/types`, { volume_type: type });
}

if (process.argv[2] === 'users') await users();
else await Promise.all([network(), flavors(), image(), volumeType()]);
