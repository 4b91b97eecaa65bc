import { z } from 'zod';
import { OrphanKind, ServerStatus } from '../../schema/enums.js';
import type { Operation } from '../../schema/operation.js';
import { Orphan } from '../../schema/orphan.js';
import type { Platform } from '../clusters/platform.js';
import { providerOf } from '../clusters/platform.js';
import { DomainError } from '../errors.js';
import type { Operations } from '../operations/operations.js';
import type { OperationKind } from '../operations/work.js';
import { called, destroyOrphan } from './destroy-orphan.js';
import { dropOrphan, findOrphan, listOrphans, type OrphanName, type OrphanRow } from './rows.js';

const Input = z.object({ provider: z.string(), kind: z.enum(OrphanKind).default(OrphanKind.SERVER), id: z.string() });
const kind = 'orphan.reap';

/** The use cases of orphans. */
export class Orphans {
  constructor(
    private readonly platform: Platform,
    private readonly operations: Operations,
    private readonly ttlMs: number,
    /** Looks at the providers; null in a process without servers, which knows what the last round has found. */
    private readonly look: (() => Promise<void>) | null,
  ) {}

  async list(): Promise<Orphan[]> {
    await this.look?.();
    return (await listOrphans(this.platform.db.manager)).map((row) => this.shown(row));
  }

  /** Begins to remove one. The same again while that goes on gives the same operation. */
  async reap(orphan: OrphanName): Promise<Operation> {
    const { provider } = orphan;
    providerOf(this.platform, provider);
    await this.look?.();
    const { db } = this.platform;
    const operation = await db.transaction(async (tx) => {
      if ((await findOrphan(tx, orphan)) === null) {
        const what = called(orphan);
        throw new DomainError('NOT_FOUND', `there is no orphan ${what} at the provider ${provider}`, { field: 'id' });
      }
      return this.operations.create(tx, { kind, clusterId: null, input: { ...orphan } });
    });
    await this.operations.wake(operation.id);
    return operation;
  }

  private shown({
    provider,
    kind: what,
    id,
    key,
    cluster_id,
    status,
    message,
    ours,
    first_seen_at,
  }: OrphanRow): Orphan {
    const reapAt = ours ? new Date(first_seen_at.getTime() + this.ttlMs) : null;
    return Object.assign(new Orphan(), {
      ...{ provider, id, message, reapAt },
      kind: OrphanKind[what],
      instanceId: key,
      clusterId: cluster_id,
      serverStatus: status === null ? null : ServerStatus[status],
      firstSeenAt: first_seen_at,
    });
  }
}

const nothing = (): Promise<void> => Promise.resolve();

/** Removes one orphan. */
export const reapKind = (platform: Platform): OperationKind => ({
  kind,
  stages: [
    {
      name: 'destroy',
      plan: (_db, { input }) => {
        const name = Input.parse(input);
        const step = {
          name: name.kind === OrphanKind.SERVER ? 'destroy server' : `remove ${called(name)}`,
          run: async ({ signal }: { readonly signal: AbortSignal }): Promise<string> => {
            const orphan = await findOrphan(platform.db.manager, name);
            if (orphan === null) return 'already done';
            await destroyOrphan(platform.db.manager, providerOf(platform, name.provider), orphan, signal);
            await dropOrphan(platform.db.manager, orphan);
            return 'applied';
          },
        };
        return Promise.resolve([[{ instanceId: null, on: null, steps: [step] }]]);
      },
    },
  ],
  stepChanged: nothing,
  succeeded: nothing,
  stopped: nothing,
  retried: nothing,
});
