import { Instance } from '../../../schema/instance.js';
import { OperationStep } from '../../../schema/operation-step.js';
import { Operation } from '../../../schema/operation.js';
import { DomainError } from '../../errors.js';
import { CancelRequested } from '../../operations/cancel-requested.js';
import type { StepContext, WorkStep } from '../../operations/work.js';
import { stepFailed } from '../../plan/failure.js';
import { followJob, lookAt } from '../../plan/follow-job.js';
import { stopJob } from '../../plan/run-job.js';
import { maskLines } from '../../plan/mask.js';
import type { Remote } from '../../remote/remote.js';
import { detached, type DetachedJob } from '../../shell/detached.js';
import { ownCommand } from '../../shell/own-command.js';
import type { Secret } from '../../shell/secret.js';
import type { ServerFacts } from '../../shell/facts.js';
import type { Platform } from '../platform.js';
import { fenced, reach } from '../reach.js';
import { everySecret } from '../secrets.js';

export interface OwnCommand {
  readonly name: string;
  readonly operationId: string;
  readonly instanceId: string;
  readonly text: string;
  readonly timeoutMs: number;
}

const unknown =
  'it was begun before, and the server knows nothing of it any more (it may have been started anew since): how far it ' +
  'came cannot be told, and it is not begun a second time by itself. Look at the server, then retry the operation to run it again';

/**
 * One of the administrator's commands, detached on the server. It is begun once: whoever comes later joins it, or says
 * that it is lost. Whoever cancels the operation, or its deadline, ends it on the server too, also while it is begun.
 */
export const performCommand = (platform: Platform, command: OwnCommand): WorkStep => ({
  name: command.name,
  keptOutput: 16 * 1024,
  run: async (context) => {
    const { db } = platform;
    const instance = await db.manager.findOneByOrFail(Instance, { id: command.instanceId });
    const remote = await reach(platform, db.manager, instance);
    const secrets = await everySecret(db.manager, platform.vault, instance.clusterId);
    const job = jobOf(command, instance, context.stepId);
    try {
      await launchOnce(platform, job, remote, context);
      return await finish(platform, command, job, remote, context, secrets);
    } catch (error) {
      const { signal } = context;
      if (error instanceof CancelRequested || (signal.aborted && ends(signal.reason))) await stopJob(job, remote);
      throw error;
    }
  },
  halt: async ({ stepId, assertHeld }) => {
    const { manager } = platform.db;
    const instance = await manager.findOneByOrFail(Instance, { id: command.instanceId });
    await stopJob(jobOf(command, instance, stepId), fenced(await reach(platform, manager, instance), assertHeld));
  },
});

const jobOf = (command: OwnCommand, { facts }: Instance, stepId: string): DetachedJob => ({
  kind: 'detached',
  name: `perform-${stepId}`,
  command: ownCommand(command.text),
  init: (facts as ServerFacts).init,
  timeoutMs: command.timeoutMs,
});

/** Starts it, unless it runs already or has ended since it was started. */
async function launchOnce(
  { db }: Platform,
  job: DetachedJob,
  remote: Remote,
  { signal, write, stepId, assertHeld }: StepContext,
): Promise<void> {
  const { state } = await lookAt(job, remote, { signal });
  if (state === 'running' || state === 'succeeded') return;
  const { launched } = await db.manager.findOneByOrFail(OperationStep, { id: stepId });
  if (launched && state === 'failed') return;
  if (launched) throw new DomainError('STEP_FAILED', unknown);
  await write((tx) => tx.update(OperationStep, stepId, { launched: true }));
  const { code, stderr } = await remote.run(detached.start(job), { signal, before: assertHeld });
  if (code !== 0) throw new DomainError('STEP_FAILED', `did not start, exit ${code}: ${stderr.trim()}`);
}

/** Follows it to its end. */
async function finish(
  { db }: Platform,
  { name, operationId }: OwnCommand,
  job: DetachedJob,
  remote: Remote,
  { signal, output }: StepContext,
  secrets: readonly Secret[],
): Promise<string> {
  let said = '';
  const lines = maskLines((text) => {
    said = (said + text).slice(-4096);
    output(text);
  }, secrets);
  const cancelled = async (): Promise<void> => {
    const { cancelRequested } = await db.manager.findOneByOrFail(Operation, { id: operationId });
    if (cancelRequested) throw new CancelRequested('during');
  };
  try {
    const end = await followJob(job, remote, { signal, onOutput: lines.push, between: cancelled });
    lines.flush();
    const words = { stdout: said, stderr: '' };
    if (end === null) {
      await stopJob(job, remote);
      throw stepFailed(name, `was still running after ${job.timeoutMs / 1000} s and was stopped`, words, secrets);
    }
    if (end.state === 'succeeded') return 'exit 0';
    const how = end.code === null ? 'its process vanished' : `exit ${end.code}`;
    throw stepFailed(name, how, words, secrets);
  } finally {
    lines.flush();
  }
}

/** A worker that stops or loses its lease leaves the command to the next one. */
const ends = (reason: unknown): boolean => reason instanceof DomainError;
