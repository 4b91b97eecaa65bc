import type { ClusterView, Knowledge, Node, ParameterChange } from '../datastores/datastore.js';
import type { Catalogue, Parameter } from '../datastores/parameters/parameter.js';
import { canonical, numberOf } from '../datastores/parameters/value.js';

/** One node's turn: what it is brought onto, and what that changes there. */
export interface Turn {
  readonly node: Node;
  readonly view: ClusterView;
  readonly changes: readonly ParameterChange[];
  readonly restart: boolean;
  /** After it, the replicas have to hear that the primary has less of something. */
  readonly lowers: boolean;
}

export interface Turns {
  readonly turns: readonly Turn[];
  /** Why they go in this order. */
  readonly reason: string;
}

interface Context {
  readonly knowledge: Knowledge;
  readonly catalogue: Catalogue;
  /** The parameters that may differ. */
  readonly names: ReadonlySet<string>;
}

type Text = (parameter: Parameter, text: string | null) => string | null;

const textOf =
  ({ suffixesOf }: Knowledge): Text =>
  (parameter, text) =>
    text === null ? null : canonical(parameter, text, suffixesOf(parameter));

/** What changes on a node between two views of its cluster, numbers compared as numbers. */
function changesOn({ knowledge, catalogue, names }: Context, node: Node, before: ClusterView, after: ClusterView) {
  const [was, is] = [knowledge.inFile(before, node), knowledge.inFile(after, node)];
  const text = textOf(knowledge);
  return catalogue.parameters
    .filter(({ name }) => names.has(name))
    .map((parameter): ParameterChange => ({
      parameter,
      from: was.get(parameter.name) ?? null,
      to: is.get(parameter.name) ?? null,
    }))
    .filter(
      ({ parameter, from, to }) =>
        text(parameter, from ?? parameter.default) !== text(parameter, to ?? parameter.default),
    );
}

/** How much more of a limit there is after a change; below 0 less. */
function growth({ suffixesOf }: Knowledge, { parameter, from, to }: ParameterChange): number {
  const number = (text: string | null): number => numberOf(text ?? parameter.default ?? '', suffixesOf(parameter)) ?? 0;
  return number(to) - number(from);
}

const withParameters = (view: ClusterView, more: Readonly<Record<string, string>>): ClusterView => {
  const settings = view.settings as { readonly parameters?: object };
  return { ...view, settings: { ...settings, parameters: { ...settings.parameters, ...more } } };
};

const reasons = {
  usual: 'replicas first, so that a value that does no good meets the primary last',
  back: 'the primary first, so that it serves again soonest',
  raised: (names: string) => `replicas first: they must not have less of ${names} than their primary`,
  lowered: (names: string) => `the primary first: its replicas must not have less of ${names} than it has`,
  mixed: (up: string, down: string) =>
    `replicas first for more of ${up}, then the primary, then the replicas again for less of ${down}: a replica must never have less of them than its primary`,
};

/**
 * In which order the nodes of a cluster go from one view to another, one at a time. A replica never has less of a limit than
 * its primary, so that it comes up whenever it is restarted. `back`: the primary may be down.
 */
export function turnsOf(context: Context, before: ClusterView, after: ClusterView, back = false): Turns {
  const { knowledge } = context;
  const turn = (node: Node, from: ClusterView, view: ClusterView): Turn => {
    const changes = changesOn(context, node, from, view);
    const lowers =
      node.role === 'PRIMARY' && changes.some((change) => isLimit(change) && growth(knowledge, change) < 0);
    return { node, view, changes, restart: changes.some(({ parameter }) => parameter.restart), lowers };
  };
  const isLimit = ({ parameter }: ParameterChange): boolean => knowledge.limits.includes(parameter.name);
  const primary = after.nodes.filter(({ role }) => role === 'PRIMARY');
  const replicas = after.nodes.filter(({ role }) => role === 'REPLICA');
  const limits = primary.flatMap((node) => changesOn(context, node, before, after)).filter(isLimit);
  const [up, down] = [
    limits.filter((one) => growth(knowledge, one) > 0),
    limits.filter((one) => growth(knowledge, one) < 0),
  ];
  const names = (changes: readonly ParameterChange[]): string =>
    changes.map(({ parameter }) => parameter.name).join(', ');
  const all = (nodes: readonly Node[], from: ClusterView, to: ClusterView) => nodes.map((node) => turn(node, from, to));
  const [leading, following] = [all(primary, before, after), all(replicas, before, after)];
  if (up.length > 0 && down.length > 0 && replicas.length > 0) {
    const kept = down.map(({ parameter, from }) => [parameter.name, from ?? parameter.default ?? ''] as const);
    const between = withParameters(after, Object.fromEntries(kept));
    const turns = [...all(replicas, before, between), ...leading, ...all(replicas, between, after)];
    return { turns, reason: reasons.mixed(names(up), names(down)) };
  }
  if (down.length > 0) return { turns: [...leading, ...following], reason: reasons.lowered(names(down)) };
  if (up.length > 0) return { turns: [...following, ...leading], reason: reasons.raised(names(up)) };
  return back
    ? { turns: [...leading, ...following], reason: reasons.back }
    : { turns: [...following, ...leading], reason: reasons.usual };
}
