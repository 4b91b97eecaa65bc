import { expect, it } from '@jest/globals';
import { lacks } from '../../src/datastores/contract.js';
import type { ClusterView, Manager, ServerFacts } from '../../src/datastores/datastore.js';
import { DomainError } from '../../src/errors.js';
import type { Plan } from '../../src/plan/step.js';
import { detached } from '../../src/shell/detached.js';
import { Secret } from '../../src/shell/secret.js';
import { cluster, node as localNode, secrets, showPlan } from '../support/cluster-view.js';
import { unreadable } from '../support/readable.js';
import { asked, commandsOf, jobsOf, plansOf, type NodeOf } from './manager-plans.js';

/** Servers that a manager is told of: of the provider `local`, and with systemd. */
export const grounds = { local: { init: 'local' }, systemd: { init: 'systemd' } } as const;

/** Whether a manager makes plans for such servers, or says that they are not supported. */
export function supports({ plans }: Manager, facts: Partial<ServerFacts>): boolean {
  try {
    return plans.prepare(cluster([localNode(1, facts)])).length > 0;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NOT_SUPPORTED') return false;
    throw error;
  }
}

const revealed = (plan: Plan): string[] =>
  commandsOf(plan).map(({ stdin }) => (stdin instanceof Secret ? stdin.reveal() : (stdin ?? '')));

/** What every manager does, told without a server; `ground` is what its servers are. */
export function managerContract(make: () => Promise<Manager>, ground: Partial<ServerFacts> = grounds.local): void {
  const node: NodeOf = (n, facts) => localNode(n, { ...ground, ...facts });

  it('lacks nothing', async () => {
    expect(lacks(await make())).toEqual([]);
  });

  it('needs no settings', async () => {
    const { Settings } = await make();
    expect(Settings.safeParse({}).success).toBe(true);
  });

  it('makes the same plan from the same wish, whichever process makes it', async () => {
    const [first, second] = [plansOf(await make(), node), plansOf(await make(), node)];
    for (const [i, [name, plan]] of first.entries()) {
      const again = second[i]?.[1] ?? [];
      expect([name, showPlan(again)]).toEqual([name, showPlan(plan)]);
      expect(revealed(again)).toEqual(revealed(plan));
    }
  });

  it('foresees a plan of the same shape while addresses, facts and secrets are not known', async () => {
    const { plans } = await make();
    const blank = (n: number) => ({
      ...node(n, { os: '', osVersion: '', home: '/nonexistent', runDir: '/nonexistent' }),
      addr: '',
      tls: { certificate: '', key: new Secret('') },
    });
    const nothing = new Secret('');
    const nodes = [1, 2, 3];
    const foreseen = cluster(nodes.map(blank), {
      ca: '',
      admin: { username: 'admin', password: nothing },
      replication: { username: 'replicator', password: nothing },
    });
    const known = cluster(nodes.map((n) => node(n)));
    const shape = (plan: Plan) =>
      plan.map((phase) => phase.map((lane) => [lane.node, ...lane.steps.map(({ name }) => name)]));
    expect(shape(plans.prepare(foreseen))).toEqual(shape(plans.prepare(known)));
    expect(shape(plans.addNodes(foreseen, [blank(3)]))).toEqual(shape(plans.addNodes(known, [node(3)])));
    const restored = (view: ClusterView) => {
      const { before, after } = plans.restore?.(view) ?? { before: [], after: [] };
      return [...shape(before), ...shape(after)];
    };
    expect(restored(foreseen)).toEqual(restored(known));
  });

  it('tells no secret in a command, nor on a stdin that is not secret itself', async () => {
    for (const [, plan] of plansOf(await make(), node)) {
      for (const { text, stdin } of commandsOf(plan)) {
        for (const secret of secrets) {
          expect(text).not.toContain(secret);
          if (typeof stdin === 'string') expect(stdin).not.toContain(secret);
        }
      }
    }
  });

  it('makes commands that a shell can read, whatever a database is called', async () => {
    const manager = await make();
    const three = cluster([node(1), node(2), node(3)]);
    const plans = plansOf(manager, node);
    const jobs = plans.flatMap(([, plan]) => jobsOf(plan));
    const commands = [
      ...plans.flatMap(([, plan]) => commandsOf(plan)),
      ...asked(manager, three, node(1)),
      ...jobs.flatMap((job) => [detached.start(job), detached.wait(job, 1), detached.stop(job)]),
    ];
    expect(unreadable(commands.map(({ text }) => text))).toEqual([]);
  });

  it('names nodes of the cluster, and every step of a node in a phase by a name of its own', async () => {
    const known = [node(1).id, node(2).id, node(3).id];
    for (const [name, plan] of plansOf(await make(), node)) {
      expect([name, plan.flat().length]).not.toEqual([name, 0]);
      for (const phase of plan) {
        expect(known).toEqual(expect.arrayContaining(phase.map((lane) => lane.node)));
        const names = phase.flatMap((lane) => lane.steps.map((step) => `${lane.node} ${step.name}`));
        expect(new Set(names).size).toBe(names.length);
        expect(phase.flatMap((lane) => lane.steps.map((step) => step.name))).not.toContain('');
      }
    }
  });

  it('offers to restore and to verify what it offers to back up', async () => {
    const { plans } = await make();
    expect(plans.restore === undefined).toBe(plans.backup === undefined);
    expect(plans.verify === undefined).toBe(plans.backup === undefined);
  });

  it('gives the detached work of one server names of its own', async () => {
    for (const [, plan] of plansOf(await make(), node)) {
      const jobs = plan
        .flat()
        .flatMap(({ node: id, steps }) => steps.flatMap(({ apply }) => apply.map((part) => ({ id, part }))))
        .flatMap(({ id, part }) => ('kind' in part ? [`${id} ${part.name}`] : []));
      expect(new Set(jobs).size).toBe(jobs.length);
      for (const job of jobs) expect(job).toMatch(/ [a-z0-9-]+$/);
    }
  });

  it('reads any answer to a question about its status, and never throws', async () => {
    const manager = await make();
    for (const [code, stdout, stderr] of [
      [0, '', ''],
      [0, '{}', ''],
      [0, 'null', ''],
      [1, '', 'sh: not found'],
      [255, '\n\n', ''],
    ] as const) {
      const status = manager.parseStatus({ code, stdout, stderr });
      expect(status).toMatchObject({ up: false, version: null, role: 'UNKNOWN', lagBytes: null });
      expect(status.message).not.toBe('');
    }
  });
}
