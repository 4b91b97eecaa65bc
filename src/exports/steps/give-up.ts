import { DomainError } from '../../errors.js';
import type { StepContext, WorkStep } from '../../operations/work.js';
import type { ByteRemote } from '../../remote/remote.js';
import type { Command } from '../../shell/command.js';

/** What is to be tried again, or goes on under another worker, is left as it is. */
const givesUp = (error: unknown, { signal }: StepContext): boolean =>
  signal.aborted ? signal.reason instanceof DomainError : !(error instanceof DomainError && error.retryable);

/** What was left on a server goes, as far as that can be reached: the reason to give up is what has to be told. */
export async function clear(remote: () => Promise<ByteRemote>, commands: readonly Command[]): Promise<void> {
  try {
    const server = await remote();
    for (const command of commands) await server.run(command, { timeoutMs: 30_000 });
  } catch {
    // The next operation that needs the place makes room there.
  }
}

/**
 * A step that removes by `rest` what it and those before it have made, when it gives up: as it fails, is cancelled, or
 * its time is over. So it begins with `needs`, which may have to make all of it anew when it is retried.
 */
export const leavingNothing = (step: WorkStep, needs: readonly WorkStep[], rest: () => Promise<unknown>): WorkStep => ({
  name: step.name,
  run: async (context) => {
    try {
      for (const earlier of needs) await earlier.run(context);
      return await step.run(context);
    } catch (error) {
      if (givesUp(error, context)) await rest();
      throw error;
    }
  },
  halt: async (context) => {
    await step.halt?.(context);
    await rest();
  },
  tidy: async () => {
    await rest();
  },
});
