import type { ClusterView, Node } from '../../src/datastores/datastore.js';
import type { Plan, Step } from '../../src/plan/step.js';
import { Secret } from '../../src/shell/secret.js';

/** Texts that must be in no command, printed with them or not. */
export const secrets = ['admin-pass-word', 'replication-pass-word', 'PRIVATE KEY'] as const;

/** Node `n` of the fixed cluster; the first is the primary. */
export const node = (n: number, facts: Partial<Node['facts']> = {}): Node => ({
  id: `0193f000-0000-7000-8000-00000000000${n}`,
  name: `shop-${n}`,
  role: n === 1 ? 'PRIMARY' : 'REPLICA',
  addr: '127.0.0.1',
  port: 5400 + n,
  facts: {
    init: 'local',
    os: 'debian',
    osVersion: '12',
    osName: 'Debian GNU/Linux 12 (bookworm)',
    packageManager: 'apt',
    cpus: 2,
    memoryMb: 4096,
    diskGb: 40,
    home: `/srv/node-${n}`,
    runDir: `/run/n${n}`,
    ...facts,
  },
  tls: {
    certificate: `-----BEGIN CERTIFICATE-----\nnode ${n}\n-----END CERTIFICATE-----\n`,
    key: new Secret(`-----BEGIN PRIVATE KEY-----\nnode ${n}\n-----END PRIVATE KEY-----\n`),
  },
});

/** A cluster that is the same at every call. */
export const cluster = (nodes: readonly Node[], more: Partial<ClusterView> = {}): ClusterView => ({
  id: '0193f000-0000-7000-8000-0000000000aa',
  name: 'shop',
  version: '17',
  packages: [],
  nodes,
  ca: '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n',
  admin: { username: 'admin', password: new Secret('admin-pass-word') },
  replication: { username: 'replicator', password: new Secret('replication-pass-word') },
  settings: {},
  ...more,
});

const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ');

/** A step as text: its commands word for word, secrets as `[secret]`. */
export function show({ name, check, apply }: Step): string {
  const commands = apply.map((part) => {
    const command = 'kind' in part ? part.command : part;
    const label =
      'kind' in part ? `apply, detached as ${part.name} (${part.init}, ${part.timeoutMs / 1000} s)` : 'apply';
    return { label, command };
  });
  return [{ label: 'check', command: check }, ...commands]
    .map(({ label, command: { text, stdin } }) => {
      const input = stdin === undefined ? '' : `\n  stdin:\n${indent(String(stdin))}`;
      return `  ${label}:\n${indent(text)}${input}`;
    })
    .reduce((text, part) => `${text}\n${part}`, name);
}

export const showPlan = (plan: Plan): string =>
  plan
    .map((phase, i) =>
      phase.map((lane) => `## phase ${i + 1}, ${lane.node}\n\n${lane.steps.map(show).join('\n\n')}`).join('\n\n'),
    )
    .join('\n\n');
