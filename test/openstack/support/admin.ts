import { setTimeout as delay } from 'node:timers/promises';

type Json = Readonly<Record<string, unknown>>;

/** What an administrator of the cloud can do: the tests' hand behind the provider's back. */
export class Admin {
  private token = '';
  private urls = new Map<string, string>();

  constructor(private readonly env: Readonly<Record<string, string | undefined>> = process.env) {}

  async login(): Promise<void> {
    const domain = { name: this.env['OS_USER_DOMAIN_NAME'] ?? 'Default' };
    const user = { name: this.env['OS_USERNAME'], domain, password: this.env['OS_PASSWORD'] };
    const project = { name: this.env['OS_PROJECT_NAME'], domain };
    const identity = { methods: ['password'], password: { user } };
    const { body, token } = await this.send('POST', `${this.keystone}/auth/tokens`, {
      auth: { identity, scope: { project } },
    });
    this.token = token;
    const catalog = (body['token'] as { catalog: { type: string; endpoints: { interface: string; url: string }[] }[] })
      .catalog;
    for (const { type, endpoints } of catalog)
      this.urls.set(type, endpoints.find((one) => one.interface === 'public')?.url ?? '');
    this.urls.set('network', `${this.urls.get('network') ?? ''}/v2.0`);
    this.urls.set('image', `${this.urls.get('image') ?? ''}/v2`);
  }

  /** Asks a service, `identity` among them, as the administrator. Throws with its answer where it refuses. */
  async ask(method: string, service: string, path: string, body?: Json): Promise<Json> {
    const base = service === 'identity' ? this.keystone : this.urlOf(service);
    return (await this.send(method, `${base}${path}`, body)).body;
  }

  /** Where a service answers. */
  urlOf(service: string): string {
    return this.urls.get(service) ?? '';
  }

  /** Ends a token before its time. */
  async revoke(token: string): Promise<void> {
    await this.send('DELETE', `${this.keystone}/auth/tokens`, undefined, { 'x-subject-token': token });
  }

  /** Does what may be refused for a while: a project whose last things are just going. */
  async insist(method: string, service: string, path: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.ask(method, service, path);
        return;
      } catch (error) {
        if (attempt === 20) throw error;
        await delay(250);
      }
    }
  }

  private get keystone(): string {
    return (this.env['OS_AUTH_URL'] ?? '').replace(/\/+$/, '');
  }

  private async send(
    method: string,
    url: string,
    body?: Json,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ body: Json; token: string }> {
    const headers = {
      'content-type': 'application/json',
      // Only for Nova: Cinder takes a version of another service for a bad request.
      ...(url.includes('/v2.1/') ? { 'openstack-api-version': 'compute 2.64' } : {}),
      ...(this.token === '' ? {} : { 'x-auth-token': this.token }),
      ...more,
    };
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
    return {
      body: text.startsWith('{') ? (JSON.parse(text) as Json) : {},
      token: response.headers.get('x-subject-token') ?? '',
    };
  }
}
