import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadManagers } from '../../src/datastores/index.js';
import type { ClusterView, Manager, Node } from '../../src/datastores/datastore.js';
import { scramVerifier } from '../../src/datastores/postgres/scram.js';
import { runPlan } from '../../src/plan/run-plan.js';
import type { Plan } from '../../src/plan/step.js';
import { createAuthority, issueCertificate, type Certified } from '../../src/secrets/certificates.js';
import { sh, withStdin } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';
import { openLab, type Lab, type LabServer } from '../support/local-servers.js';
import { postgres as engine } from './engines/postgres.js';

describe('PostgreSQL and what goes wrong with it', () => {
  const { signal } = new AbortController();
  let lab: Lab;
  let server: LabServer;
  let manager: Manager;
  let authority: Certified;
  let node: Node;
  let cluster: ClusterView;

  const certified = (): Promise<Certified> =>
    issueCertificate(authority, { commonName: 'one', addresses: ['127.0.0.1'] });

  /** Runs a plan; the names of the steps that it applied. */
  async function run(plan: Plan): Promise<string[]> {
    const applied: string[] = [];
    await runPlan(plan, () => server.remote, {
      signal,
      onStep: ({ step, outcome }) => {
        if (outcome === 'applied') applied.push(step);
      },
    });
    return applied;
  }
  const prepare = () => run(manager.plans.prepare(cluster));

  /** Changes the wish; the node that is in it changes with it. */
  function wish(change: Partial<ClusterView>, nodeChange: Partial<Node> = {}): void {
    node = { ...node, ...nodeChange };
    cluster = { ...cluster, ...change, nodes: [node] };
  }

  async function asSuperuser(sql: string): Promise<string> {
    const { runDir } = server.facts;
    const command = sh`psql -X -q -A -t -v ON_ERROR_STOP=1 -h ${runDir} -p ${server.port} -U postgres -d postgres`;
    return (await server.remote.run(withStdin(command, sql))).stdout.trim();
  }

  beforeAll(async () => {
    manager = (await loadManagers()).managerOf('postgres');
    lab = await openLab();
    server = await lab.add();
    authority = await createAuthority('faults');
    const { key: id, addr, port, facts } = server;
    node = { id, name: 'one', role: 'PRIMARY', addr, port, facts, tls: await certified() };
    cluster = {
      id: 'faults',
      name: 'faults',
      version: '17',
      packages: [],
      nodes: [node],
      ca: authority.certificate,
      admin: { username: 'admin', password: new Secret('the first password') },
      replication: { username: 'replicator', password: new Secret('of the replicas') },
      settings: {},
    };
  }, 60_000);

  afterAll(() => lab.close(), 60_000);

  it('tells why it does not start, and goes on from there once it can', async () => {
    // What a worker that was killed in the middle of it leaves behind.
    await server.remote.run(sh`mkdir -p postgresql/data.new && echo half >postgresql/data.new/PG_VERSION`);
    const squatter = createServer().listen(server.port, '127.0.0.1');
    await once(squatter, 'listening');
    await expect(prepare()).rejects.toThrow(/^start PostgreSQL: exit 1: .*could not bind IPv4 address "127\.0\.0\.1"/s);
    squatter.close();
    await once(squatter, 'close');
    expect(await prepare()).toEqual(['start PostgreSQL', 'create roles']);
    await engine.write(cluster, 'kept');
  });

  it('comes up again after a crash, with what was written', async () => {
    const pid = `${server.facts.home}/postgresql/data/postmaster.pid`;
    // Waits until the process is gone: whoever inherits it may take a while to notice its end.
    await server.remote.run(
      sh`read -r pid <${pid}; kill -KILL "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done`,
    );
    expect(await run([[{ node: node.id, steps: manager.plans.start(cluster, node) }]])).toEqual(['start PostgreSQL']);
    await engine.sees(cluster, node, 'kept');
  });

  it('starts at the boot of its server, and leaves one alone that runs', async () => {
    const script = `${server.facts.home}/autostart/postgresql`;
    const before = await engine.startedAt(cluster, node);
    expect(await server.remote.run(sh`${script}`)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await engine.startedAt(cluster, node)).toEqual(before);
    await run([[{ node: node.id, steps: manager.plans.stop(cluster, node) }]]);
    expect(await server.remote.run(sh`${script}`)).toEqual({ code: 0, stdout: '', stderr: '' });
    await engine.sees(cluster, node, 'kept');
  });

  it('takes a new password, and only that', async () => {
    const old = cluster;
    wish({ admin: { username: 'admin', password: new Secret('the second password') } });
    expect(await prepare()).toEqual(['create roles']);
    await engine.sees(cluster, node, 'kept');
    await expect(engine.sees(old, node, 'kept')).rejects.toThrow('password authentication failed');
  });

  it('takes a new certificate by a restart', async () => {
    wish({}, { tls: await certified() });
    expect(await prepare()).toEqual(['write configuration', 'start PostgreSQL']);
    await engine.sees(cluster, node, 'kept');
  });

  it('goes on running where the new settings would not let it start, and says what is wrong with them', async () => {
    const before = cluster;
    const started = await engine.startedAt(cluster, node);
    wish({ settings: { parameters: { no_such_thing: 1 } } });
    await expect(prepare()).rejects.toThrow(
      /start PostgreSQL: .*unrecognized configuration parameter "no_such_thing"/s,
    );
    expect(await engine.startedAt(cluster, node)).toEqual(started);
    cluster = before;
    expect(await prepare()).toEqual(['write configuration', 'start PostgreSQL']);
  });

  it('would have made the very same verifier of a password', async () => {
    await asSuperuser(`CREATE ROLE probe PASSWORD 'with ''quotes'' and \\'`);
    const made = await asSuperuser(`SELECT rolpassword FROM pg_authid WHERE rolname = 'probe'`);
    const salt = Buffer.from(/:(.*?)\$/.exec(made)?.[1] ?? '', 'base64');
    expect(scramVerifier(new Secret(`with 'quotes' and \\`), salt).reveal()).toBe(made);
    await asSuperuser('DROP ROLE probe');
  });

  it('keeps verifiers out of its log and of messages, also when their statement fails', async () => {
    await asSuperuser('ALTER ROLE postgres SET default_transaction_read_only = on');
    wish({ admin: { username: 'admin', password: new Secret('the third password') } });
    const failure = await prepare().catch((error: unknown) => String(error));
    expect(failure).toMatch(/create roles: .*cannot execute ALTER ROLE in a read-only transaction/s);
    const { stdout: log } = await server.remote.run(sh`cat ${server.facts.home}/postgresql/postgresql.log`);
    expect(log).toContain('cannot execute ALTER ROLE in a read-only transaction');
    expect(`${String(failure)}${log}`).not.toContain('SCRAM-SHA-256$');
    await asSuperuser('BEGIN READ WRITE; ALTER ROLE postgres RESET default_transaction_read_only; COMMIT');
    expect(await prepare()).toEqual(['create roles']);
  });
});
