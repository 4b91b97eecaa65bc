import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.js';
import {
  DemoOperationDocument,
  DemoOperationProgressDocument,
  DemoServerStatusDocument,
  type DemoOperationQuery,
  type DemoStepFragment,
} from './documents.js';
import { DemoFailure } from './failure.js';
import type { View } from './view.js';

type Operation = NonNullable<DemoOperationQuery['operation']>;

/** The operation to follow, and the cluster whose it is. */
export interface Followed {
  readonly operationId: string;
  readonly cluster: { readonly id: string; readonly name: string };
}

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** Shows an operation live until it has ended; one that did not succeed is a failure that names the step. */
export async function follow(
  api: Api,
  { operationId, cluster }: Followed,
  view: View,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const servers = followServers(api, cluster.id, view, AbortSignal.any([signal, over.signal]));
  try {
    // Whoever fails first decides; the servers' subscription has no end of its own.
    const operation = await Promise.race([
      followSteps(api, operationId, cluster.name, view, signal),
      servers.then(() => new Promise<never>(() => undefined)),
    ]);
    view.operation(cluster.name, operation);
    if (operation.status !== 'SUCCEEDED') throw failureOf(operation);
  } finally {
    over.abort();
    await servers.catch(() => undefined);
    view.end();
  }
}

async function followSteps(api: Api, id: string, owner: string, view: View, signal: AbortSignal): Promise<Operation> {
  for (;;) {
    for await (const { operationProgress } of api.follow(DemoOperationProgressDocument, { id }, signal)) {
      const { operation, step } = operationProgress;
      if (step) view.step(step.instance?.name ?? owner, step);
      view.operation(owner, operation);
    }
    signal.throwIfAborted();
    const { operation } = await api.ask(DemoOperationDocument, { id }, signal);
    if (operation === null) throw new DemoFailure(`the operation ${id} is gone`);
    if (ENDED.has(operation.status)) return operation;
    // The subscription was cut off before the end: it replays what we have missed.
    await sleep(200, undefined, { signal });
  }
}

async function followServers(api: Api, clusterId: string, view: View, signal: AbortSignal): Promise<void> {
  for await (const { serverStatus } of api.follow(DemoServerStatusDocument, { clusterId }, signal))
    view.node(serverStatus);
}

/** Why an operation did not succeed: the step that failed, on which node, and its own words. */
export function failureOf({ status, message, error, steps }: Operation): DemoFailure {
  const why = error === null ? message : `${error.code}: ${error.message}`;
  const failed = steps.filter((step) => step.status === 'FAILED');
  const unsaid = failed.filter((step) => !why.includes(step.name) || !why.includes(step.message));
  const outcome = status === 'CANCELLED' ? 'was cancelled' : 'failed';
  return new DemoFailure(`the operation ${outcome}: ${why}`, unsaid.map(stepFailure));
}

const stepFailure = ({ name, instance, message }: DemoStepFragment): string =>
  `Step "${name}"${instance === null ? '' : ` on ${instance.name}`} failed: ${message}`;
