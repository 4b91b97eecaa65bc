import { readFile } from 'node:fs/promises';
import type { ChildProcess } from 'node:child_process';
import type { Ground } from './ground.js';
import { pathsOf } from './paths.js';
import { greetingAt } from './probe.js';
import type { ServerRecord } from './record.js';
import { spawnOn } from './spawn.js';
import { startSshd, type Sshd } from './sshd.js';

interface Served {
  readonly port: number;
  readonly sshd: Sshd;
  readonly children: Set<ChildProcess>;
}

/** Who answers at a server's SSH port: we, since just now or before; another process that serves it; or somebody else. */
export type Answer = 'taken over' | 'ours' | 'theirs' | 'stranger';

// The key of the server is part of the greeting: a port that answers so is known to be served, by whomever.
const greetingOf = (key: string): string => `dtrove-${key}`;

/** The SSH servers that live in this process. A server has one, whichever process of ours it is in. */
export class Serving {
  private readonly served = new Map<string, Served>();
  private readonly starting = new Map<string, Promise<Answer>>();

  constructor(private readonly ground: Ground) {}

  keys(): string[] {
    return [...this.served.keys()];
  }

  /** Serves it unless somebody does. Asked twice at once, it is done once. */
  async ensure(record: ServerRecord): Promise<Answer> {
    const served = this.served.get(record.key);
    if (served?.port === record.sshPort) return 'ours';
    // It was taken away behind our back, and made again under its key.
    if (served !== undefined) await this.stop(record.key);
    const pending = this.starting.get(record.key) ?? this.start(record);
    this.starting.set(record.key, pending);
    try {
      return await pending;
    } finally {
      this.starting.delete(record.key);
    }
  }

  /** Stops serving it, and says which of its commands still run. */
  async stop(key: string): Promise<readonly number[]> {
    await this.starting.get(key)?.catch(() => undefined);
    const served = this.served.get(key);
    this.served.delete(key);
    await served?.sshd.close();
    return [...(served?.children ?? [])].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  private async start(record: ServerRecord): Promise<Answer> {
    const { key, sshPort, user, authorizedKey } = record;
    const paths = pathsOf(this.ground.servers, key);
    const hostKey = await readFile(paths.hostKey, 'utf8');
    const children = new Set<ChildProcess>();
    const run = (command: string) => {
      const child = spawnOn(this.ground, user, paths, command);
      children.add(child);
      child.once('close', () => children.delete(child));
      return child;
    };
    const greeting = greetingOf(key);
    const sshd = await startSshd({ port: sshPort, hostKey, user, authorizedKey, greeting, run });
    if (sshd !== null) {
      this.served.set(key, { port: sshPort, sshd, children });
      return 'taken over';
    }
    return (await greetingAt(sshPort)) === `SSH-2.0-${greeting}` ? 'theirs' : 'stranger';
  }
}
