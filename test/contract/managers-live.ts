import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClusterView, Manager, Node } from '../../src/datastores/datastore.js';
import { runPlan, type StepEvent } from '../../src/plan/run-plan.js';
import type { Plan } from '../../src/plan/step.js';
import type { Remote } from '../../src/remote/remote.js';
import { createAuthority, issueCertificate, type Certified } from '../../src/secrets/certificates.js';
import { Secret } from '../../src/shell/secret.js';
import { openLab, type Lab } from '../support/local-servers.js';
import { until } from '../support/until.js';
import type { Engine } from './engines/engine.js';

/** Where a manager is run: servers of the provider `local` unless told otherwise. */
export interface Ground {
  readonly open?: () => Promise<Lab>;
  readonly version?: string;
  /** How many servers are added to the three that there are. */
  readonly more?: number;
  /** Milliseconds that a plan may take. */
  readonly patience?: number;
}

/** Runs a manager for real: one cluster, whose tests follow one another. */
export function liveContract(
  manager: Manager,
  engine: Engine,
  { open = openLab, version = defaultVersion(manager), more = 2, patience = 120_000 }: Ground = {},
): void {
  const { signal } = new AbortController();
  const said: string[] = [];
  const remotes = new Map<string, Remote>();
  let lab: Lab;
  let authority: Certified;
  let cluster: ClusterView;

  /** The same remote, all of whose answers are kept, to be searched for secrets. */
  const heard = (remote: Remote): Remote => ({
    async run(command, options) {
      const result = await remote.run(command, options);
      said.push(command.text, result.stdout, result.stderr);
      return result;
    },
  });

  async function newNode(n: number): Promise<Node> {
    const { key, addr, port, facts, remote } = await lab.add();
    remotes.set(key, heard(remote));
    const tls = await issueCertificate(authority, { commonName: `live-${n}`, addresses: [addr] });
    return { id: key, name: `live-${n}`, role: n === 1 ? 'PRIMARY' : 'REPLICA', addr, port, facts, tls };
  }

  const remoteOf = (node: string): Remote => {
    const remote = remotes.get(node);
    if (remote === undefined) throw new Error(`no server for ${node}`);
    return remote;
  };

  /** Runs a plan; the names of the steps that it applied. */
  async function run(plan: Plan): Promise<string[]> {
    const events: StepEvent[] = [];
    await runPlan(plan, remoteOf, { signal, onStep: (event) => events.push(event) });
    return events.filter(({ outcome }) => outcome === 'applied').map(({ step }) => step);
  }

  const alone = (node: Node, steps: Plan[number][number]['steps']): Plan => [[{ node: node.id, steps }]];

  const statusOf = async (node: Node) =>
    manager.parseStatus(await remoteOf(node.id).run(manager.status(cluster, node), { signal }));

  const nodeAt = (i: number): Node => {
    const node = cluster.nodes[i];
    if (node === undefined) throw new Error(`no node ${i}`);
    return node;
  };

  beforeAll(async () => {
    lab = await open();
    authority = await createAuthority('live');
    cluster = {
      id: 'live',
      name: 'live',
      version,
      packages: [],
      nodes: await Promise.all([1, 2, 3].map(newNode)),
      ca: authority.certificate,
      admin: { username: 'admin', password: new Secret(`Admin:pass\\word'1`) },
      replication: { username: 'replicator', password: new Secret(`Replica:pass\\word'2`) },
      settings: manager.Settings.parse({}),
    };
  }, patience);

  afterAll(() => lab.close(), patience);

  it(
    'prepares a cluster of three',
    async () => {
      const plan = manager.plans.prepare(cluster);
      expect((await run(plan)).length).toBeGreaterThan(0);
    },
    patience,
  );

  it('applies nothing the second time', async () => {
    expect(await run(manager.plans.prepare(cluster))).toEqual([]);
  });

  it('takes a write of the administrator over TLS, and every replica shows it', async () => {
    await engine.write(cluster, 'first');
    for (const node of cluster.nodes) await engine.sees(cluster, node, 'first');
    expect(await engine.followers(cluster)).toHaveLength(2);
  });

  it('lets nobody else in', async () => {
    for (const node of cluster.nodes.slice(0, 2)) {
      for (const [name, attempt, words] of engine.intrusions(cluster, node)) {
        const refusal = await attempt().then(
          () => 'let in',
          (error: unknown) => String(error),
        );
        expect([name, refusal]).toEqual([name, expect.stringMatching(words)]);
      }
    }
  });

  it('says of itself what it is', async () => {
    const statuses = await Promise.all(cluster.nodes.map(statusOf));
    expect(statuses.map(({ up, role, message }) => [up, role, message])).toEqual([
      [true, 'PRIMARY', ''],
      [true, 'REPLICA', ''],
      [true, 'REPLICA', ''],
    ]);
    for (const { version } of statuses) expect(version).toMatch(new RegExp(`^${cluster.version}\\b`));
    expect(statuses[0]?.lagBytes).toBeNull();
    expect(statuses[1]?.lagBytes).toBeGreaterThanOrEqual(0);
  });

  it('stops, says so in words, and starts again', async () => {
    const node = nodeAt(1);
    expect(await run(alone(node, manager.plans.stop(cluster, node)))).toHaveLength(1);
    expect(await run(alone(node, manager.plans.stop(cluster, node)))).toEqual([]);
    const { up, message } = await statusOf(node);
    expect([up, message]).toEqual([false, expect.stringMatching(/./)]);
    await engine.write(cluster, 'while one was down');
    expect(await run(alone(node, manager.plans.start(cluster, node)))).toHaveLength(1);
    expect(await run(alone(node, manager.plans.start(cluster, node)))).toEqual([]);
    await engine.sees(cluster, node, 'while one was down');
  });

  it('restarts once for each time that it is asked to', async () => {
    const node = nodeAt(0);
    const before = await engine.startedAt(cluster, node);
    const asked = new Date();
    expect(await run(alone(node, manager.plans.restart(cluster, node, asked)))).toHaveLength(1);
    const after = await engine.startedAt(cluster, node);
    expect(after.getTime()).toBeGreaterThan(before.getTime());
    expect(await run(alone(node, manager.plans.restart(cluster, node, asked)))).toEqual([]);
    expect(await engine.startedAt(cluster, node)).toEqual(after);
    // Engines tell when they started to the second.
    await until('a start to be told from the last one', () => Date.now() > after.getTime() + 2_000);
    // A server whose clock is far behind is restarted all the same.
    const ahead = new Date(Date.now() + 3_600_000);
    expect(await run(alone(node, manager.plans.restart(cluster, node, ahead)))).toHaveLength(1);
    expect((await engine.startedAt(cluster, node)).getTime()).toBeGreaterThan(after.getTime());
  });

  it(
    'runs on new settings after the plan is run with them, on every node, and loses nothing',
    async () => {
      cluster = { ...cluster, settings: manager.Settings.parse(engine.settings) };
      expect(await run(manager.plans.prepare(cluster))).not.toEqual([]);
      for (const node of cluster.nodes) expect(await engine.settingsOf(cluster, node)).toEqual(engine.settings);
      await engine.sees(cluster, nodeAt(2), 'while one was down');
      expect(await run(manager.plans.prepare(cluster))).toEqual([]);
    },
    patience,
  );

  it(
    'adds nodes to a running cluster, and leaves the others as they are',
    async () => {
      const started = await engine.startedAt(cluster, nodeAt(0));
      const added = await Promise.all([4, 5].slice(0, more).map(newNode));
      cluster = { ...cluster, nodes: [...cluster.nodes, ...added] };
      const plan = manager.plans.addNodes(cluster, added);
      expect(await run(plan)).not.toEqual([]);
      expect(await run(manager.plans.addNodes(cluster, added))).toEqual([]);
      await engine.write(cluster, 'second');
      for (const node of cluster.nodes) await engine.sees(cluster, node, 'second');
      expect(await engine.followers(cluster)).toHaveLength(2 + more);
      expect(await engine.startedAt(cluster, nodeAt(0))).toEqual(started);
    },
    patience,
  );

  it('removes nodes, and what the primary kept for them', async () => {
    const removed = [nodeAt(2), nodeAt(2 + more)];
    expect(await run(manager.plans.removeNodes(cluster, removed))).not.toEqual([]);
    expect(await run(manager.plans.removeNodes(cluster, removed))).toEqual([]);
    for (const node of removed) expect(await statusOf(node)).toMatchObject({ up: false });
    cluster = { ...cluster, nodes: cluster.nodes.filter((node) => !removed.includes(node)) };
    expect(await engine.followers(cluster)).toHaveLength(more);
    await engine.write(cluster, 'third');
    for (const node of cluster.nodes) await engine.sees(cluster, node, 'third');
  });

  it('has told no secret, in a command or in an answer', () => {
    const secrets = [cluster.admin.password, cluster.replication.password, ...cluster.nodes.map(({ tls }) => tls.key)];
    const all = said.join('\n');
    for (const secret of secrets) {
      for (const line of secret.reveal().trim().split('\n').slice(0, 2)) expect(all.includes(line)).toBe(false);
    }
    expect(all).not.toContain('SCRAM-SHA-256$');
  });
}

const defaultVersion = ({ versions }: Manager): string =>
  versions.find((version) => version === '17') ?? versions[0] ?? '';
