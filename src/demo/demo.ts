import { cancelCreation, createCluster, deleteCluster, postgres17, type Created } from './cluster.js';
import { controlPlane, type ControlPlane } from './control-plane.js';
import { DemoFailure, Interrupted } from './failure.js';
import { follow } from './follow.js';
import type { DemoOptions } from './options.js';
import type { Place } from './place.js';
import { showCluster, viewOf } from './show.js';
import type { Teller } from './teller.js';
import { UNSEEN, type View } from './view.js';

const DELETE_MS = 300_000;

/** The demonstration from end to end. `signal` fires with an Interrupted, which is how serving ends well. */
export async function demonstrate(
  options: DemoOptions,
  place: Place,
  teller: Teller,
  signal: AbortSignal,
): Promise<void> {
  const plane = await controlPlane(place, signal, () => {
    teller.say(`Starting the control plane (its log: ${place.logFile})`);
  });
  try {
    teller.done(`Control plane ${plane.ours ? 'ready' : 'already running'} at ${place.origin}`);
    const created = await create(options, plane, teller, signal);
    await keepingOrNot(options, created, plane, teller, async () => {
      const alive = AbortSignal.any([signal, plane.died]);
      await follow(plane.api, followed(created, created.operation.id), viewOf(created, teller), alive);
      await showCluster(created, plane.api, place, teller, alive);
      if (!options.exit && plane.ours) await serve(teller, alive);
    });
  } finally {
    await plane.stop();
    if (plane.ours) teller.say('The control plane has stopped.');
  }
}

async function create(
  options: DemoOptions,
  { api }: ControlPlane,
  teller: Teller,
  signal: AbortSignal,
): Promise<Created> {
  const datastore = await postgres17(api, signal);
  const created = await createCluster(api, options, datastore.id, signal);
  const { name, size } = created.cluster;
  teller.say(`Creating cluster ${name}: ${datastore.name}, ${size === 1 ? 'one node' : `${size} nodes`}`);
  return created;
}

/** Does the work, and then leaves the cluster or deletes it, whether the work went well or not. */
async function keepingOrNot(
  { keep }: DemoOptions,
  created: Created,
  plane: ControlPlane,
  teller: Teller,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // The first error is the one to report; a deletion that fails as well says so by itself.
    if (!keep && !plane.died.aborted) await remove(created, plane, teller).catch(complain(teller));
    else if (error instanceof Interrupted) teller.say(`Cluster ${created.cluster.name} stays; ${goesOn(plane)}.`);
    throw error;
  }
  if (keep) teller.say(`Cluster ${created.cluster.name} stays, and is there at the next start.`);
  else await remove(created, plane, teller);
}

const goesOn = ({ ours }: ControlPlane): string =>
  ours ? 'what was begun goes on at the next start' : 'what was begun goes on in the control plane';

const complain = (teller: Teller) => (error: unknown) => {
  teller.say(`Deleting the cluster failed too: ${error instanceof Error ? error.message : String(error)}`);
};

async function remove(created: Created, { api, died }: ControlPlane, teller: Teller): Promise<void> {
  teller.say(`Deleting cluster ${created.cluster.name}`);
  const signal = AbortSignal.any([died, AbortSignal.timeout(DELETE_MS)]);
  const track = (operationId: string, view: View) => follow(api, followed(created, operationId), view, signal);
  // An interrupted creation is still at work, and a cluster has one operation at a time.
  if (await cancelCreation(api, created, signal)) await track(created.operation.id, UNSEEN).catch(ignoreFailure);
  await track(await deleteCluster(api, created, signal), viewOf(created, teller));
  teller.done(`Cluster ${created.cluster.name} is deleted`);
}

/** A cancelled operation has not succeeded, which is what was wanted. */
function ignoreFailure(error: unknown): void {
  if (!(error instanceof DemoFailure)) throw error;
}

const followed = ({ cluster: { id, name } }: Created, operationId: string) => ({ operationId, cluster: { id, name } });

/** Waits for Ctrl-C; a control plane that ends by itself meanwhile is a failure. */
async function serve(teller: Teller, signal: AbortSignal): Promise<void> {
  teller.say('\nServing until Ctrl-C.');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  if (!(signal.reason instanceof Interrupted)) throw signal.reason;
  teller.say('');
}
