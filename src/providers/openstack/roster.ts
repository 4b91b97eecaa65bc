import { setTimeout as delay } from 'node:timers/promises';
import type { Nova } from './nova.js';
import { chosen } from './server.js';
import type { NovaServer } from './shapes.js';

interface Round {
  readonly names: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, readonly NovaServer[]>>;
}

/** Milliseconds that others may join a question, and that its answer may take. */
const gatherMs = 10;
const patienceMs = 60_000;

/** Looks servers up by name, many of them with one call: who asks at about the same time asks together. */
export class Roster {
  private next: Round | null = null;

  constructor(private readonly nova: Nova) {}

  async find(name: string, signal: AbortSignal): Promise<NovaServer | null> {
    signal.throwIfAborted();
    const round = (this.next ??= this.begin());
    round.names.add(name);
    return chosen((await round.answer).get(name) ?? []);
  }

  private begin(): Round {
    const names = new Set<string>();
    const answer = delay(gatherMs).then(async () => {
      this.next = null;
      const signal = AbortSignal.timeout(patienceMs);
      const [only = ''] = names;
      const servers = names.size === 1 ? await this.nova.named(only, signal) : await this.nova.all(signal);
      const byName = new Map<string, NovaServer[]>();
      for (const server of servers) byName.set(server.name, [...(byName.get(server.name) ?? []), server]);
      return byName;
    });
    return { names, answer };
  }
}
