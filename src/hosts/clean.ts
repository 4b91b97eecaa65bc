import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Host, HostState } from '../../schema/host.js';
import { Instance } from '../../schema/instance.js';
import type { Operation } from '../../schema/operation.js';
import type { Platform } from '../clusters/platform.js';
import { wipe } from '../clusters/steps/wipe-steps.js';
import { loadView } from '../clusters/view.js';
import { returning } from '../db/rows.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import { before } from '../shell/before.js';
import type { Step } from '../plan/step.js';
import type { OperationKind, WorkStep } from '../operations/work.js';
import { freshen } from '../providers/hosts/commands.js';

export const cleanHostKind = 'host.clean';

const Input = z.object({ hostId: z.string() });
const hostIdOf = ({ input }: Operation): string => Input.parse(input).hostId;

/** Nobody else cleans it meanwhile, and nobody gets it. Throws NOT_FOUND, or CONFLICT for one that is in use. */
export async function beginCleaning(tx: EntityManager, id: string): Promise<Host> {
  const [host] = isId(id)
    ? await returning(tx, Host, `UPDATE host SET state = 'CLEANING' WHERE id = $1 AND state = 'UNCLEAN' RETURNING *`, [
        id,
      ])
    : [];
  if (host !== undefined) return host;
  const found = isId(id) ? await tx.findOneBy(Host, { id }) : null;
  if (found === null) throw new DomainError('NOT_FOUND', `there is no host ${id}`, { field: 'id' });
  const words: Partial<Record<HostState, string>> = {
    [HostState.TAKEN]: 'a cluster has it',
    [HostState.CLEANING]: 'it is being cleaned already',
  };
  throw new DomainError(
    'CONFLICT',
    `only a host that is UNCLEAN can be cleaned: ${words[found.state] ?? 'it is free'}`,
    {
      field: 'id',
    },
  );
}

/** Wipes what a cluster that is gone left on a host, by the host's own login; then the host is free. */
export const cleanKind = (platform: Platform): OperationKind => ({
  kind: cleanHostKind,
  stages: [
    {
      name: 'wipe',
      plan: async (db, operation) => {
        const host = await db.findOneByOrFail(Host, { id: hostIdOf(operation) });
        const steps = [...(await wipesOf(platform, db, host)), freshenStep(platform, host)];
        return [[{ instanceId: null, on: `${host.address}:${host.port}`, steps }]];
      },
    },
  ],
  stepChanged: () => Promise.resolve(),
  succeeded: async (tx, operation) => {
    const clean = { state: HostState.FREE, message: '', instanceId: null, clusterId: null };
    await tx.update(Host, { id: hostIdOf(operation), state: HostState.CLEANING }, clean);
  },
  stopped: async (tx, operation, { message }) => {
    const still = { state: HostState.UNCLEAN, message };
    await tx.update(Host, { id: hostIdOf(operation), state: HostState.CLEANING }, still);
  },
  retried: async (tx, operation) => {
    await beginCleaning(tx, hostIdOf(operation));
  },
});

// Where it was never noted, nothing of ours was installed.
const takeStock: Step = { name: 'see what was there before', check: before.isKnown(), apply: [before.note()] };

/** The manager's own steps, as far as it is known who had the host and that something was installed. */
async function wipesOf(platform: Platform, db: EntityManager, host: Host): Promise<WorkStep[]> {
  const instance = host.instanceId === null ? null : await db.findOneBy(Instance, { id: host.instanceId });
  if (instance === null || instance.facts === null) return [];
  const { manager, view } = await loadView(platform, db, instance.clusterId, [instance]);
  const [node] = view.nodes;
  if (manager.plans.wipe === undefined) return [cannotWipe(manager.id)];
  const steps = node === undefined ? [] : manager.plans.wipe(view, node);
  return [takeStock, ...steps].map((step) => ({
    name: step.name,
    run: async (context) => wipe(step, await platform.hosts.remoteTo(host.id), context),
  }));
}

const cannotWipe = (manager: string): WorkStep => ({
  name: 'wipe',
  run: () => {
    const words = `the manager ${manager} cannot wipe what it installed: install the host anew, then removeHost and registerHost`;
    return Promise.reject(new DomainError('NOT_SUPPORTED', words));
  },
});

const freshenStep = ({ hosts }: Platform, host: Host): WorkStep => ({
  name: 'give back',
  run: async ({ signal }) => {
    const { code, stdout, stderr } = await (await hosts.remoteTo(host.id)).run(freshen(host.user), { signal });
    if (code === 0) return 'applied';
    throw new DomainError('STEP_FAILED', `exit ${code}: ${(stderr.trim() || stdout.trim()).slice(-500)}`);
  },
});
