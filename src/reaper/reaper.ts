import type { DataSource } from 'typeorm';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { Provider } from '../providers/provider.js';
import { seldom } from '../seldom.js';
import { called, destroyOrphan } from './destroy-orphan.js';
import { ask, lookFor } from './look.js';
import { claimRound, dropOrphan, dueOrphans, noteOrphan } from './rows.js';

export interface ReaperOptions {
  readonly db: DataSource;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The id of this control plane. */
  readonly ownId: string;
  readonly everyMs: number;
  /** How long an orphan is left alone. */
  readonly ttlMs: number;
  readonly log: Log;
}

/**
 * Looks, again and again, for what the providers have and no row claims: of a worker, as only workers have servers. What
 * a row claims and no provider has is for health to find.
 */
export class Reaper {
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();
  private readonly complain;

  constructor(private readonly options: ReaperOptions) {
    this.complain = seldom(60_000, (what: { readonly provider: string; readonly error: unknown }, untold) => {
      options.log.warn({ provider: what.provider, error: messageOf(what.error), untold }, 'cannot look for orphans');
    });
  }

  start(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.turn()).catch(() => undefined);
    }, this.options.everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.round;
  }

  /** Looks for orphans at every provider. One that does not answer keeps those that it was known to have. */
  async look(): Promise<void> {
    await this.atEach((provider) => lookFor(this.options.db, provider, this.options.ownId));
  }

  /** One round, unless another process has made it. */
  private async turn(): Promise<void> {
    const { db, everyMs, ownId } = this.options;
    if (!(await claimRound(db, everyMs))) return;
    await this.atEach(async (provider) => {
      await lookFor(db, provider, ownId);
      await this.reap(provider);
    });
  }

  private async reap(provider: Provider): Promise<void> {
    const { db, ttlMs, log } = this.options;
    for (const orphan of await dueOrphans(db, provider.id, ttlMs)) {
      const told = { provider: provider.id, orphan: called(orphan), cluster: orphan.cluster_id };
      try {
        await ask(provider, (signal) => destroyOrphan(db.manager, provider, orphan, signal));
        await dropOrphan(db, orphan);
        log.warn(told, 'what belonged to no cluster was removed');
      } catch (error) {
        await noteOrphan(db, orphan, messageOf(error));
        log.warn({ ...told, error: messageOf(error) }, 'what belongs to no cluster could not be removed');
      }
    }
  }

  private async atEach(work: (provider: Provider) => Promise<unknown>): Promise<void> {
    const each = [...this.options.providers.values()].map((provider) =>
      work(provider).catch((error: unknown) => {
        this.complain({ provider: provider.id, error });
      }),
    );
    await Promise.all(each);
  }
}
