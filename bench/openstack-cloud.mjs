import { createServer, request } from 'node:http';
import { readFile } from 'node:fs/promises';
import { onCleanUp } from './clean-up.mjs';

/** The OpenStack of the `OS_*` variables, else that of the lab. Null, and said what to do, where there is none: it is not raised. */
export async function openCloud() {
  const file = `${process.env.LAB ?? '/var/lib/dtrove-openstack'}/env`;
  const text = process.env.OS_AUTH_URL === undefined ? await readFile(file, 'utf8').catch(() => '') : '';
  const given = Object.entries(process.env).filter(([name]) => /^(OS|LAB)_/.test(name));
  const lines = text.split('\n').filter((line) => line.includes('='));
  const env = {
    ...Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))),
    ...Object.fromEntries(given),
  };
  const cloud = env.OS_AUTH_URL === undefined ? null : await new Cloud(env).login().catch(() => null);
  if (cloud === null) console.error('not there: an OpenStack. As root: TROVE=1 test/lab/openstack/up.sh lxc');
  return cloud;
}

/** An administrator's hand, beside the product. */
class Cloud {
  constructor(env) {
    this.env = env;
    this.token = '';
    this.urls = new Map();
  }

  async login() {
    const { OS_USERNAME: name, OS_PASSWORD: password, OS_PROJECT_NAME: project } = this.env;
    const domain = { name: 'Default' };
    const identity = { methods: ['password'], password: { user: { name, domain, password } } };
    const body = { auth: { identity, scope: { project: { name: project, domain } } } };
    const { answer, headers } = await this.send('POST', `${this.env.OS_AUTH_URL}/auth/tokens`, body);
    this.token = headers.get('x-subject-token');
    for (const { type, endpoints } of answer.token.catalog)
      this.urls.set(type, endpoints.find((one) => one.interface === 'public')?.url);
    this.urls.set('network', `${this.urls.get('network')}/v2.0`);
    this.urls.set('image', `${this.urls.get('image')}/v2`);
    this.project = answer.token.project.id;
    return this;
  }

  has(service) {
    return this.urls.has(service);
  }

  /** Throws with the service's answer where it refuses; null where there is no such thing. */
  async ask(method, service, path, body) {
    return (await this.send(method, `${this.urls.get(service)}${path}`, body)).answer;
  }

  async send(method, url, body) {
    const headers = {
      'content-type': 'application/json',
      ...(url.includes('/v2.1/') ? { 'openstack-api-version': 'compute 2.64' } : {}),
      ...(this.token === '' ? {} : { 'x-auth-token': this.token }),
    };
    const response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    if (response.status === 404) return { answer: null, headers: response.headers };
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
    return { answer: text.startsWith('{') ? JSON.parse(text) : null, headers: response.headers };
  }

  /** Stands before every service; the variables that lead there, and the calls that have passed. */
  async watched() {
    const calls = [];
    const before = async (service, url) => {
      const { origin, pathname } = new URL(url);
      const server = createServer((incoming, outgoing) => {
        calls.push({ service, method: incoming.method, path: incoming.url });
        const headers = { ...incoming.headers, host: new URL(origin).host };
        const onward = request(`${origin}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        incoming.pipe(onward);
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      onCleanUp(async () => server.close());
      return `http://127.0.0.1:${server.address().port}${pathname}`;
    };
    const env = {
      OS_AUTH_URL: await before('identity', this.env.OS_AUTH_URL),
      OS_COMPUTE_ENDPOINT_OVERRIDE: await before('compute', this.urls.get('compute')),
      OS_NETWORK_ENDPOINT_OVERRIDE: await before('network', this.urls.get('network')),
      OS_IMAGE_ENDPOINT_OVERRIDE: await before('image', this.urls.get('image')),
      OS_VOLUME_ENDPOINT_OVERRIDE: await before('volume', this.urls.get('volumev3')),
    };
    return { calls, env };
  }
}
