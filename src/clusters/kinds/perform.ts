import { z } from 'zod';
import { Instance } from '../../../schema/instance.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { performCommand } from '../steps/perform-step.js';

const Input = z.object({ instanceId: z.string(), commands: z.array(z.string()), timeoutSeconds: z.number() });
const nothing = (): Promise<void> => Promise.resolve();

/** The administrator's commands on one server, in order. Neither the cluster nor the instance shows any of it. */
export const performKind = (platform: Platform): OperationKind => ({
  kind: 'instance.perform',
  changesCluster: false,
  stages: [
    {
      name: 'perform',
      plan: async (db, operation) => {
        const { instanceId, commands, timeoutSeconds } = Input.parse(operation.input);
        const { name } = await db.findOneByOrFail(Instance, { id: instanceId });
        const steps = commands.map((text, i) =>
          performCommand(platform, {
            name: `command ${i + 1} of ${commands.length}`,
            operationId: operation.id,
            instanceId,
            text,
            timeoutMs: timeoutSeconds * 1000,
          }),
        );
        return [[{ instanceId, on: name, steps }]];
      },
    },
  ],
  stepChanged: nothing,
  succeeded: nothing,
  stopped: nothing,
  retried: nothing,
});
