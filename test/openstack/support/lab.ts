import { randomUUID } from 'node:crypto';
import { describe } from '@jest/globals';
import { openstack } from '../../../src/providers/openstack/index.js';
import type { Provider } from '../../../src/providers/provider.js';
import { quiet } from '../../support/log.js';
import { Admin } from './admin.js';
import { openProxy, type Decide, type Proxy } from './proxy.js';

/** `describe` where there is an OpenStack; what raises it has said why, where there is none. */
export const onOpenStack = process.env['OS_AUTH_URL'] === undefined ? describe.skip : describe;

/** `describe` where its servers have guests that can be logged in to. */
export const hasGuests = process.env['LAB_OPENSTACK'] !== 'fake';
export const onGuests = hasGuests ? onOpenStack : describe.skip;

/** Whether its hypervisor attaches volumes; libvirt-lxc cannot. */
export const attaches = process.env['LAB_OPENSTACK'] !== 'lxc';

/** The image of the tests' servers: a Debian 12, where they have guests. */
export const guestImage = process.env['LAB_IMAGE'] ?? (hasGuests ? 'debian-12' : 'tiny');

/** `describe` where the cloud is the lab, whose services a test may stop and start. */
export const inTheLab = process.env['LAB_OPENSTACK'] === undefined ? describe.skip : onOpenStack;

export type Quotas = Readonly<Partial<Record<'compute' | 'network', Readonly<Record<string, number>>>>>;

/** A project and a user of a test's own: what others do in the cloud is not seen in it, nor what it leaves by them. */
export interface Lab {
  /** The variables of the provider openstack for this user. */
  readonly env: Readonly<Record<string, string>>;
  readonly admin: Admin;
  readonly project: string;
  readonly image: string;
  /** An image whose servers become active, and never answer SSH. */
  readonly mute: string;
  /** The provider in this project, with other settings where a test wants them. Closed with the lab. */
  provider(more?: Readonly<Record<string, string>>): Promise<Provider>;
  /** Stands before a service of the lab's cloud. Closed with the lab. */
  proxy(service: 'compute' | 'image', decide?: Decide, onHeld?: () => void): Promise<Proxy>;
  /** What is there, by kind and name: servers, ports, security groups, floating addresses, server groups, volumes, their snapshots, images. */
  left(): Promise<readonly string[]>;
  setQuotas(quotas: Quotas): Promise<void>;
  /** Removes the project and all that is in it. */
  close(): Promise<void>;
}

interface Named {
  readonly id: string;
  readonly name?: string;
  readonly floating_ip_address?: string;
  readonly project_id?: string;
  readonly tenant_id?: string;
  readonly owner?: string;
  readonly 'os-extended-snapshot-attributes:project_id'?: string;
  readonly 'os-vol-tenant-attr:tenant_id'?: string;
}

const ownerOf = (one: Named): string | undefined =>
  one.project_id ??
  one.tenant_id ??
  one.owner ??
  one['os-vol-tenant-attr:tenant_id'] ??
  one['os-extended-snapshot-attributes:project_id'];

export async function openLab(): Promise<Lab> {
  const admin = new Admin();
  await admin.login();
  const name = `test-${randomUUID().slice(0, 8)}`;
  const password = randomUUID();
  const made = async (kind: 'project' | 'user', more: object): Promise<string> => {
    const body = { [kind]: { name, domain_id: 'default', ...more } };
    return ((await admin.ask('POST', 'identity', `/${kind}s`, body))[kind] as Named).id;
  };
  const project = await made('project', {});
  const user = await made('user', { password });
  const { roles } = (await admin.ask('GET', 'identity', '/roles?name=member')) as { roles: Named[] };
  await admin.ask('PUT', 'identity', `/projects/${project}/users/${user}/roles/${roles[0]?.id ?? ''}`);
  const env = {
    OS_AUTH_URL: process.env['OS_AUTH_URL'] ?? '',
    OS_REGION_NAME: process.env['OS_REGION_NAME'] ?? '',
    OS_USERNAME: name,
    OS_PASSWORD: password,
    OS_PROJECT_ID: project,
    OS_USER_DOMAIN_ID: 'default',
    OS_CLOUD: '',
    DTROVE_OPENSTACK_FLAVOR: process.env['LAB_FLAVOR'] ?? 'tiny',
    DTROVE_OPENSTACK_NETWORK: process.env['LAB_NETWORK'] ?? 'provider',
  };
  const opened: Provider[] = [];
  const provider = async (more: Readonly<Record<string, string>> = {}) => {
    const one = await openstack.build({ dataDir: '/nowhere', env: { ...env, ...more }, log: quiet });
    opened.push(one);
    return one;
  };
  const proxies: Proxy[] = [];
  const proxy: Lab['proxy'] = async (service, decide, onHeld) => {
    const one = await openProxy(new URL(admin.urlOf(service)).origin, decide, onHeld);
    proxies.push(one);
    return one;
  };
  const all = async (service: string, path: string, list: string): Promise<Named[]> =>
    ((await admin.ask('GET', service, path))[list] as Named[]).filter(
      (one) => ownerOf(one) === project && one.name !== 'default',
    );
  const kinds: readonly (readonly [string, string, string, string])[] = [
    ['server', 'compute', `/servers/detail?all_tenants=1&project_id=${project}`, 'servers'],
    ['port', 'network', `/ports?project_id=${project}`, 'ports'],
    ['security group', 'network', `/security-groups?project_id=${project}`, 'security_groups'],
    ['floating address', 'network', `/floatingips?project_id=${project}`, 'floatingips'],
    ['server group', 'compute', '/os-server-groups?all_projects=true', 'server_groups'],
    ['snapshot', 'volumev3', '/snapshots/detail?all_tenants=1', 'snapshots'],
    ['volume', 'volumev3', '/volumes/detail?all_tenants=1', 'volumes'],
    ['image', 'image', `/images?owner=${project}`, 'images'],
  ];
  const left = async () => {
    const found: string[] = [];
    for (const [kind, service, path, list] of kinds)
      for (const one of await all(service, path, list))
        found.push(`${kind} ${one.name ?? one.floating_ip_address ?? one.id}`);
    return found;
  };
  return {
    ...{ env, admin, project, provider, proxy, left },
    image: guestImage,
    // Without guests none does.
    mute: hasGuests ? 'mute' : 'tiny',
    async setQuotas({ compute, network }) {
      if (compute) await admin.ask('PUT', 'compute', `/os-quota-sets/${project}`, { quota_set: compute });
      if (network) await admin.ask('PUT', 'network', `/quotas/${project}`, { quota: network });
    },
    async close() {
      const cleaner = await provider();
      const { signal } = new AbortController();
      for (const { id } of await cleaner.list(signal)) await cleaner.destroy(id, signal);
      for (const one of proxies) await one.close();
      for (const one of opened) await one.close();
      const paths: Readonly<Record<string, string>> = {
        server: '/servers',
        port: '/ports',
        'security group': '/security-groups',
        'floating address': '/floatingips',
        'server group': '/os-server-groups',
        snapshot: '/snapshots',
        volume: '/volumes',
        image: '/images',
      };
      for (const [kind, service, path, list] of kinds)
        for (const { id } of await all(service, path, list))
          await admin.insist('DELETE', service, `${paths[kind] ?? ''}/${id}`);
      const groups = (await admin.ask('GET', 'network', `/security-groups?project_id=${project}`)) as {
        security_groups: Named[];
      };
      for (const { id } of groups.security_groups) await admin.ask('DELETE', 'network', `/security-groups/${id}`);
      await admin.ask('DELETE', 'identity', `/users/${user}`);
      await admin.ask('DELETE', 'identity', `/projects/${project}`);
    },
  };
}
