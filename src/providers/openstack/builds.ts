import { setTimeout as delay } from 'node:timers/promises';
import type { ServerState } from '../provider.js';

interface Build {
  readonly begun: number;
  /** When it was looked at last. */
  seen: number;
}

/** Milliseconds between two looks at a server that builds: the shortest, the longest when it may be done. */
const shortest = 1000;
const longest = 5000;
/** Looks come at whole ones of these, so that those at several servers come together and are one call. */
const tickMs = 1000;

/**
 * When it is worth looking at servers that build, which Nova tells nobody the end of. First looked at when most of what the
 * builds before it took has passed, then at waits that grow with it: what a look comes late is little beside what was waited.
 */
export class Builds {
  private readonly going = new Map<string, Build>();
  /** Milliseconds that builds take here, of late; null: none has ended yet. */
  private usual: number | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  begin(name: string): void {
    if (this.going.has(name)) return;
    const now = this.now();
    this.going.set(name, { begun: now, seen: now });
  }

  /** Milliseconds until the next look at a server; none for one that is not known to build. */
  wait(name: string): number {
    const build = this.going.get(name);
    if (build === undefined) return 0;
    const due = build.seen + this.pause(build);
    return Math.max(0, Math.round(due / tickMs) * tickMs - this.now());
  }

  /** Returns when a server shall be looked at. */
  async turn(name: string, signal: AbortSignal): Promise<void> {
    const wait = this.wait(name);
    if (wait > 0) await delay(wait, undefined, { signal });
  }

  /** What a look has shown; null: there is no such server. */
  note(name: string, state: ServerState | null): void {
    if (state === 'BUILD') {
      this.begin(name);
      const build = this.going.get(name);
      if (build !== undefined) build.seen = this.now();
      return;
    }
    const build = this.going.get(name);
    if (build !== undefined && state === 'ACTIVE') {
      const took = this.now() - build.begun;
      this.usual = this.usual === null ? took : (this.usual + took) / 2;
    }
    this.forget(name);
  }

  /** Nobody looks at it any more. */
  forget(name: string): void {
    this.going.delete(name);
  }

  private pause({ begun, seen }: Build): number {
    const gone = seen - begun;
    const usual = this.usual ?? 0;
    const expected = 0.8 * usual;
    if (gone < expected) return Math.min(Math.max(expected - gone, shortest), Math.max(longest, usual / 4));
    // Nothing to go by yet: one that is just made may be ready at once.
    const late = this.usual === null ? gone / 2 : gone / 4;
    return Math.min(Math.max(late, shortest), longest);
  }
}
