import type { ClusterView, Exporting, Manager, Node, Restoration } from '../../src/datastores/datastore.js';
import type { Plan, Step } from '../../src/plan/step.js';
import { sh, type Command } from '../../src/shell/command.js';
import type { DetachedJob } from '../../src/shell/detached.js';
import { cluster, type node as localNode } from '../support/cluster-view.js';

const since = new Date('2026-01-02T03:04:05.678Z');

export type NodeOf = typeof localNode;

/** Every plan that a manager makes for clusters of one and of three nodes. */
export function plansOf({ plans, exporting, ...manager }: Manager, node: NodeOf): [string, Plan][] {
  const one = cluster([node(1)]);
  const three = cluster([node(1), node(2), node(3)]);
  const alone = (steps: readonly Step[]): Plan => [[{ node: node(1).id, steps }]];
  return [
    ['prepare 1', plans.prepare(one)],
    ['prepare 3', plans.prepare(three)],
    ['addNodes', plans.addNodes(three, [node(3)])],
    ['removeNodes', plans.removeNodes(three, [node(3)])],
    ['start', alone(plans.start(three, node(1)))],
    ['stop', alone(plans.stop(three, node(1)))],
    ['restart', alone(plans.restart(three, node(1), since))],
    ...(plans.wipe === undefined ? [] : [['wipe', alone(plans.wipe(three, node(1)))] as [string, Plan]]),
    ...changesOf(manager, node).map(([name, steps]): [string, Plan] => [name, alone(steps)]),
    ...copying({ plans }, three, node(1)),
    ...exportingOf(exporting, three, node(1)),
  ];
}

/** A name that neither a shell nor SQL may take for words of their own. */
const oddName = `odd "n'ame" \`$(x)\` \\ ü; DROP`;

/** What a manager does for exports and imports, in every format that it has. */
function exportingOf(exporting: Exporting | undefined, view: ClusterView, of: Node): [string, Plan][] {
  return (exporting?.formats ?? []).flatMap((format): [string, Plan][] => {
    const dump = { database: oddName, format, file: '/var/lib/dumps/x/1', token: 'abc1' };
    const load = { ...dump, replace: true, collation: 'utf8mb4_bin', bytes: 1 };
    const steps = [
      exporting?.dump(view, of, dump),
      exporting?.load(view, of, load),
      exporting?.place(view, of, load),
    ].filter((step) => step !== undefined);
    return [[`export ${format}`, [[{ node: of.id, steps }]]]];
  });
}

const bare = (name: string, ...apply: readonly Command[]): Step => ({ name, check: sh`false`, apply });

function restoring(restoration: Restoration, alone: (steps: readonly Step[]) => Plan): Plan {
  const { before, check, receive, prove, finish, discard, after } = restoration;
  const proof = prove === undefined ? [] : [prove];
  return [...before, ...alone([bare('take', check, receive, ...proof, finish, discard)]), ...after];
}

/** What a manager does for backups, as plans: what prints and takes the bytes is a step's command here. */
function copying({ plans }: Pick<Manager, 'plans'>, view: ClusterView, of: Node): [string, Plan][] {
  const alone = (steps: readonly Step[]): Plan => (steps.length === 0 ? [] : [[{ node: of.id, steps }]]);
  const backing = plans.backup?.(view, of);
  const restoration = plans.restore?.(view);
  return [
    ...(backing === undefined
      ? []
      : [['backup', alone([...backing.steps, bare('read', backing.read)])] as [string, Plan]]),
    ...(restoration === undefined ? [] : [['restore', restoring(restoration, alone)] as [string, Plan]]),
    ...(plans.verify === undefined ? [] : [['verify', alone(plans.verify(view, of))] as [string, Plan]]),
  ];
}

/** A parameter that is taken while the server runs, and one that needs a restart; of the newest version that is known. */
function changesOf(
  { parameters, versions }: Pick<Manager, 'parameters' | 'versions'>,
  node: NodeOf,
): [string, readonly Step[]][] {
  const version = versions.find((one) => parameters?.catalogue(one) != null);
  if (parameters === undefined || version === undefined) return [];
  const view = cluster([node(1), node(2)], { version });
  const free = parameters.catalogue(version)?.parameters.filter(({ managed }) => managed === null) ?? [];
  return [true, false].map((restart) => {
    const changes = free
      .filter((parameter) => parameter.restart === restart && parameter.default !== null)
      .map((parameter) => ({ parameter, from: null, to: parameter.default }));
    return [`change ${restart}`, parameters.change(view, node(1), { changes, restart, asked: 'once' })];
  });
}

export const commandsOf = (plan: Plan): Command[] =>
  plan
    .flat()
    .flatMap(({ steps }) => steps)
    .flatMap(({ check, apply }) => [check, ...apply.map((part) => ('kind' in part ? part.command : part))]);

export const jobsOf = (plan: Plan): DetachedJob[] =>
  plan
    .flat()
    .flatMap(({ steps }) => steps.flatMap(({ apply }) => apply.flatMap((part) => ('kind' in part ? [part] : []))));

/** What a manager asks a server, and does there, beside its plans. */
export function asked({ exporting, ...manager }: Manager, view: ClusterView, of: Node): Command[] {
  const load = {
    database: oddName,
    format: 'PLAIN',
    file: '/x/1',
    token: 'a1',
    replace: true,
    collation: '',
    bytes: 0,
  };
  return [
    manager.status(view, of),
    exporting?.survey(view, of, [oddName]),
    exporting?.users?.(view, of),
    exporting?.abandon(view, of, { ...load, format: exporting.formats[0] }),
    ...(exporting?.makeUsers === undefined
      ? []
      : commandsOf([[{ node: of.id, steps: [exporting.makeUsers(view, of, [])] }]])),
  ].filter((command) => command !== undefined);
}
