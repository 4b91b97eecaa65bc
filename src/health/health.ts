import { setMaxListeners } from 'node:events';
import type { Platform } from '../clusters/platform.js';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { Duty } from '../operations/duty.js';
import type { Provider, Server } from '../providers/provider.js';
import { judge, type Judgement, type Seen } from './judge.js';
import { Looks } from './look.js';
import { isNews, recordJudgements } from './record.js';
import { watchedClusters, type WatchedCluster, type WatchedInstance } from './watched.js';

export interface HealthOptions {
  readonly platform: Platform;
  /** Names this process among all workers. */
  readonly owner: string;
  /** From one round to the next. */
  readonly everyMs: number;
  /** Most servers that are asked at once. */
  readonly concurrency: number;
  readonly log: Log;
  readonly rounded: (seconds: number, instances: number, troubled: number) => void;
  /** Told when this process has the duty no longer. */
  readonly relieved: () => void;
}

/** How long a provider may take to list its servers, in milliseconds. */
const listMs = 3_000;
/** How long a process that dies keeps the duty, and how often it is renewed. */
const dutyMs = 6_000;
const renewMs = 2_000;

/** How long a datastore may be up and not quite well before that is told, in milliseconds: PostgreSQL's replicas look for a lost primary every 5 s. */
const patienceMs = 8_000;

type Listed = ReadonlyMap<string, Server> | null;

/**
 * Looks at every active instance, round by round: what its provider says, and what its datastore says. One process of
 * all does it. Writes only what has changed, and nothing of clusters that an operation works on.
 */
export class Health {
  private readonly duty: Duty;
  private readonly looks: Looks;
  private readonly stopped = new AbortController();
  private readonly going = new Map<string, Promise<number>>();
  private readonly complained = new Set<string>();
  private readonly impairedSince = new Map<string, number>();
  private timers: NodeJS.Timeout[] = [];
  private onDuty = false;
  private rounding: Promise<void> | null = null;

  constructor(private readonly options: HealthOptions) {
    // Every look listens: many of them are no leak.
    setMaxListeners(0, this.stopped.signal);
    const { platform, owner, concurrency } = options;
    this.duty = new Duty(platform.db, 'health', owner, dutyMs);
    this.looks = new Looks(platform, concurrency);
  }

  start(): void {
    const { everyMs } = this.options;
    this.timers = [setInterval(() => void this.renew(), renewMs), setInterval(() => void this.round(), everyMs)];
    void this.renew();
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopped.abort(new Error('it stops'));
    await Promise.allSettled([this.rounding, ...this.going.values()]);
    if (this.onDuty) await this.duty.release().catch(() => undefined);
  }

  /** One look at everything, unless the last one is not done with asking for what there is, or another process does it. */
  async round(): Promise<void> {
    if (!this.onDuty || this.stopped.signal.aborted || this.rounding !== null) return;
    this.rounding = this.look().catch((error: unknown) => {
      this.complain('round', `no round of health: ${messageOf(error)}`);
    });
    await this.rounding;
    this.rounding = null;
  }

  private async renew(): Promise<void> {
    const had = this.onDuty;
    this.onDuty = await this.duty.hold().catch(() => false);
    if (this.onDuty && !had) void this.round();
    if (had && !this.onDuty) this.options.relieved();
  }

  private async look(): Promise<void> {
    const { platform, rounded } = this.options;
    const began = performance.now();
    const clusters = await watchedClusters(platform.db.manager);
    this.looks.keep(new Set(clusters.map(({ id }) => id)));
    const lists = await this.listAll([...new Set(clusters.map(({ provider }) => provider))]);
    this.complained.delete('round');
    // A cluster whose last look is not done yet (a server that hangs) is left to it, and keeps no other waiting.
    const free = clusters.filter(({ id }) => !this.going.has(id));
    // Nothing was looked at: that is no round.
    if (free.length === 0 && clusters.length > 0) return;
    const looks = free.map((cluster) => {
      const going = this.lookAt(cluster, lists.get(cluster.provider) ?? null)
        .catch((error: unknown) => {
          if (!this.stopped.signal.aborted)
            this.complain(cluster.id, `cannot look at cluster ${cluster.id}: ${messageOf(error)}`);
          return 0;
        })
        .finally(() => this.going.delete(cluster.id));
      this.going.set(cluster.id, going);
      return going;
    });
    const instances = free.reduce((sum, cluster) => sum + cluster.instances.length, 0);
    void Promise.all(looks).then((troubled) => {
      const sum = troubled.reduce((total, count) => total + count, 0);
      // Another process may have taken the duty meanwhile: it tells.
      if (this.onDuty) rounded((performance.now() - began) / 1000, instances, sum);
    });
  }

  /** How many of its instances are in trouble. */
  private async lookAt(cluster: WatchedCluster, listed: Listed): Promise<number> {
    const { platform } = this.options;
    const entries = await Promise.all(
      cluster.instances.map(async (instance): Promise<[string, Judgement]> => {
        const seen = await this.see(cluster, instance, listed);
        return [instance.id, judge(instance, seen, cluster)];
      }),
    );
    const judgements = new Map(entries);
    const news = cluster.instances.some((row) => {
      const judged = judgements.get(row.id);
      return judged !== undefined && isNews(row, judged);
    });
    if (news) await recordJudgements(platform.db, cluster, judgements);
    this.complained.delete(cluster.id);
    return [...judgements.values()].filter(({ trouble }) => trouble !== '').length;
  }

  private async see(cluster: WatchedCluster, instance: WatchedInstance, listed: Listed): Promise<Seen> {
    const server =
      listed === null ? null : (listed.get(instance.server) ?? (await this.confirmGone(cluster, instance)));
    const runs = server === null || (server !== 'gone' && !['SHUTOFF', 'ERROR', 'DELETED'].includes(server.state));
    const asked = runs && instance.reached && ['ACTIVE', 'DEGRADED'].includes(cluster.settled);
    const datastore = asked ? await this.looks.at(cluster, instance, this.stopped.signal) : null;
    return { server, datastore: this.patiently(instance, datastore) };
  }

  /** A replica that lost its primary asks for it every few seconds: after a restart that is no alarm, unless it lasts. */
  private patiently({ id, trouble }: WatchedInstance, said: Seen['datastore']): Seen['datastore'] {
    if (said === null || typeof said === 'string' || !said.up || said.message === '') {
      this.impairedSince.delete(id);
      return said;
    }
    const since = this.impairedSince.get(id) ?? performance.now();
    this.impairedSince.set(id, since);
    return trouble !== '' || performance.now() - since >= patienceMs ? said : { ...said, message: '' };
  }

  /** A list may have been made just before the server was: its provider is asked by name. */
  private async confirmGone({ provider }: WatchedCluster, { server }: WatchedInstance): Promise<Seen['server']> {
    const asked = this.options.platform.providers.get(provider);
    if (asked === undefined) return null;
    try {
      return (await asked.updateStatus(server, AbortSignal.timeout(listMs))) ?? 'gone';
    } catch {
      return null;
    }
  }

  private async listAll(ids: readonly string[]): Promise<ReadonlyMap<string, Listed>> {
    const lists = ids.map(async (id): Promise<[string, Listed]> => {
      const provider = this.options.platform.providers.get(id);
      return [id, provider === undefined ? null : await this.list(provider)];
    });
    return new Map(await Promise.all(lists));
  }

  /** Null where the provider gives no answer in time: then its servers are asked all the same. */
  private async list(provider: Provider): Promise<Listed> {
    const limit = AbortSignal.timeout(listMs);
    try {
      const late = new Promise<never>((_, reject) => {
        limit.addEventListener('abort', () => {
          reject(limit.reason as Error);
        });
      });
      const servers = await Promise.race([provider.list(limit), late]);
      this.complained.delete(provider.id);
      return new Map(servers.map((server) => [server.id, server]));
    } catch (error) {
      this.complain(provider.id, `the provider ${provider.id} does not list its servers: ${messageOf(error)}`);
      return null;
    }
  }

  /** Once, until it goes well again: what happens each round would fill the log. */
  private complain(about: string, words: string): void {
    if (this.complained.has(about)) return;
    this.complained.add(about);
    this.options.log.warn({ about }, words);
  }
}
