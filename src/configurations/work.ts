import { managerPhases } from '../clusters/steps/manager-steps.js';
import type { Platform } from '../clusters/platform.js';
import type { WorkPhase } from '../operations/work.js';
import { waitUntilHealthy } from './healthy.js';
import { turnsOf, type Turn } from './plan.js';
import type { Prepared } from './target.js';

/** Node after node, each well again before the next; after the primary, its replicas follow it again. */
export function workOf(platform: Platform, prepared: Prepared, asked: string): WorkPhase[] {
  const { turns } = turnsOf(contextOf(prepared), prepared.before.view, prepared.after.view);
  return turns.flatMap((turn) => {
    const work = workOn(platform, prepared, turn, asked);
    if (turn.changes.length === 0) return [work.phase];
    const phase = work.phase.map((lane) => ({ ...lane, steps: [...lane.steps, work.healthy] }));
    return turn.node.role === 'PRIMARY' ? [phase, ...afterPrimary(platform, prepared, turn)] : [phase];
  });
}

/** The same the other way, without waiting for nodes that another one may keep from being well, until the end. */
export function workBack(platform: Platform, prepared: Prepared, asked: string): WorkPhase[] {
  const { before, after } = prepared;
  const back = { ...prepared, before: after, after: before };
  const { turns } = turnsOf(contextOf(prepared), after.view, before.view, true);
  const changing = turns.filter(({ changes }) => changes.length > 0);
  const phases = changing.flatMap((turn) => {
    const { phase } = workOn(platform, back, turn, asked);
    return turn.lowers ? [phase, heard(platform, back, turn)] : [phase];
  });
  const all = before.view.nodes.map((node) => ({
    instanceId: node.id,
    on: node.name,
    steps: [waitUntilHealthy(platform, before, node)],
  }));
  return [...phases, all].filter((phase) => phase.length > 0);
}

const contextOf = ({ known: { knowledge, catalogue }, names }: Prepared) => ({ knowledge, catalogue, names });

function workOn(platform: Platform, { known, after }: Prepared, turn: Turn, asked: string) {
  const { node, view, changes, restart } = turn;
  const all = known.knowledge.change(view, node, {
    changes,
    restart,
    asked: `${asked} ${view === after.view ? '' : 'between'}`,
  });
  // Where nothing changes, the file is looked at, and nothing is done to the running server.
  const steps = changes.length === 0 ? all.slice(0, 1) : all;
  const loaded = { ...after, view };
  const [phase = []] = managerPhases(platform, loaded, [[{ node: node.id, steps }]]);
  return { phase, healthy: waitUntilHealthy(platform, loaded, node) };
}

const heard = (platform: Platform, { known, after }: Prepared, { node, view }: Turn): WorkPhase => {
  const steps = known.knowledge.heard?.(view, node) ?? [];
  return steps.length === 0 ? [] : managerPhases(platform, after, [[{ node: node.id, steps }]]).flat();
};

/** A primary that was restarted has lost its replicas for a moment. */
function afterPrimary(platform: Platform, prepared: Prepared, turn: Turn): WorkPhase[] {
  if (!turn.restart) return [];
  const { after } = prepared;
  const replicas = after.view.nodes.filter(({ role }) => role === 'REPLICA');
  const lanes = replicas.map((node) => ({
    instanceId: node.id,
    on: node.name,
    steps: [waitUntilHealthy(platform, after, node)],
  }));
  const phases = [lanes, turn.lowers && replicas.length > 0 ? heard(platform, prepared, turn) : []];
  return phases.filter((phase) => phase.length > 0);
}
