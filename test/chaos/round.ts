import { setTimeout as delay } from 'node:timers/promises';
import { CancelOperationDocument, DeleteClusterDocument, RetryOperationDocument } from '../operations/documents.js';
import { until } from '../support/until.js';
import { begin, ended, type Begun } from './actions.js';
import type { Dice } from './dice.js';
import type { Fault } from './faults.js';
import { provesData, provesEffects, provesEvents, provesServers } from './proofs.js';
import type { Tally } from './table.js';
import type { World } from './world.js';
import type { Held } from './writes.js';

/** How many of the operations are cancelled, and how many of those are retried. */
const cancelled = 0.08;
const retried = 0.5;

/** The rounds of one run: several clusters side by side, and in each round one fault that befalls them all. */
export class Rounds {
  private readonly clusters: (Held | null)[];

  constructor(
    private readonly world: World,
    private readonly tally: Tally,
    sideBySide: number,
  ) {
    this.clusters = Array.from({ length: sideBySide }, () => null);
  }

  /** Plays one round; what is wrong after it, in words. */
  async play(round: number, dice: Dice, fault: Fault): Promise<string[]> {
    const { world } = this;
    const latest = world.place.latestMomentMs;
    const moment = dice.next() * latest;
    await world.ready();
    if (fault.early === true) await fault.strike(world);
    const begun: Begun[] = [];
    for (const [slot, held] of this.clusters.entries()) {
      begun.push(await begin(dice, world, held, `chaos-${round}-${slot}`));
      this.clusters[slot] = begun.at(-1)?.held ?? null;
    }
    const cancels = begun.map(() => ({ at: dice.next() * latest, is: dice.next() < cancelled }));
    const goesOn = begun.map(() => dice.next() < retried);
    const struckAt = performance.now() + moment;
    const struck = delay(moment).then(() => (fault.early === true ? undefined : fault.strike(world)));
    // It is awaited below; until then a failure of it is nobody's.
    struck.catch(() => undefined);
    const ends = await Promise.all(begun.map((one, slot) => this.end(one, cancels[slot], goesOn[slot] === true)));
    if (fault.kind === 'kill -9')
      this.tally.longestFromKill = Math.max(this.tally.longestFromKill, performance.now() - struckAt);
    await struck;
    await world.ready();
    const wrong: string[] = [];
    for (const [slot, one] of begun.entries()) {
      const words = await this.prove(one, ends[slot] ?? null, slot, fault);
      wrong.push(...words.map((each) => `${one.action}: ${each}`));
    }
    wrong.push(...(await provesServers(world)), ...(await world.unsettled()));
    await world.relieve();
    return wrong;
  }

  /** Plays on with new clusters: those there are may be busy for ever. */
  forget(): void {
    this.clusters.fill(null);
  }

  /** Deletes what is left. */
  async close(): Promise<string[]> {
    const left = this.clusters.filter((held) => held !== null);
    for (const { id } of left) await this.remove(id);
    return [...(await provesServers(this.world)), ...(await this.world.unsettled())];
  }

  /** Waits for the end of an operation; on the way it may be cancelled, and then retried. */
  private async end({ operationId: id }: Begun, cancel: { at: number; is: boolean } | undefined, retry: boolean) {
    const { world } = this;
    if (cancel?.is === true) {
      await delay(cancel.at);
      await world
        .api()
        .ask(CancelOperationDocument, { id })
        .catch(() => null);
    }
    const end = await ended(world, id);
    if (end?.status !== 'CANCELLED' || !retry) return end;
    this.tally.ended('cancelled, and retried');
    await until('the retry is taken', async () => {
      const answer = await world
        .api()
        .ask(RetryOperationDocument, { id })
        .catch(() => null);
      return answer !== null && answer.errors?.[0]?.extensions?.code !== 'UNAVAILABLE';
    });
    return ended(world, id);
  }

  private async prove(one: Begun, end: Awaited<ReturnType<typeof ended>>, slot: number, fault: Fault) {
    const { world } = this;
    this.tally.ended(`${one.action} ${end?.status ?? 'unknown'}`);
    if (end === null) return [`it has not ended: operation ${one.operationId}`];
    const wrong: string[] = [];
    const words = end.status === 'FAILED' ? (end.error?.message ?? '') : end.message;
    if (end.status !== 'SUCCEEDED' && words === '') wrong.push(`it is ${end.status} without words`);
    wrong.push(...(await provesEvents(world, one, fault.kind === 'kill -9' ? fault.what : '')));
    const gone = one.action === 'delete' && end.status === 'SUCCEEDED';
    if (gone) this.clusters[slot] = null;
    else if (end.status === 'SUCCEEDED') {
      wrong.push(...(await provesEffects(world, one)));
      wrong.push(...(await provesData(world, one)));
    } else {
      // What did not come to its end is deleted, which must work in whatever state it is.
      this.clusters[slot] = null;
      wrong.push(...(await this.remove(one.held.id)));
    }
    return wrong;
  }

  private async remove(id: string): Promise<string[]> {
    const { deleteCluster } = await this.world.api().get(DeleteClusterDocument, { id });
    const end = await ended(this.world, deleteCluster.operation.id);
    if (end?.status === 'SUCCEEDED') return [];
    return [`it cannot be deleted: ${end?.error?.message ?? String(end?.status)}`];
  }
}
