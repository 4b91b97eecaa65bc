import { median } from './numbers.mjs';
import { ms } from './table.mjs';

/** Where DTrove's time goes: the steps' own times, each node's in the order of their running, medians over the rounds. */
export function stepTable({ size, pairs }) {
  const runs = pairs.map(({ dtrove }) => dtrove);
  const names = runs[0]?.steps.map(({ name, instance }) => [name, nodeOf(instance)]) ?? [];
  const rows = names.map(([name, node], i) => [
    name,
    node,
    ms(median(runs.map(({ operation, steps }) => since(operation, steps[i].startedAt)))),
    ms(median(runs.map(({ steps }) => Date.parse(steps[i].finishedAt) - Date.parse(steps[i].startedAt)))),
  ]);
  const ends = [
    ['(taken up)', '', median(runs.map(({ operation }) => since(operation, operation.startedAt)))],
    ['(finished)', '', median(runs.map(({ operation }) => since(operation, operation.finishedAt)))],
    ['(the client knows)', '', median(runs.map(({ succeeded }) => succeeded))],
    ['(shown on the database)', '', median(runs.map(({ took }) => took))],
  ].map(([name, node, at]) => [name, node, ms(at), '']);
  const title = `Where the time goes: ${size} node${size === 1 ? '' : 's'}, since the mutation`;
  return { title, columns: ['step', 'node', 'begun at', 'took'], rows: [ends[0], ...rows, ...ends.slice(1)] };
}

const since = ({ createdAt }, at) => Date.parse(at) - Date.parse(createdAt);

const nodeOf = (instance) => instance?.name.split('-').at(-1) ?? '';
