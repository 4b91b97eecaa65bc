import { messageOf } from '../errors.js';
import type { ProviderEnvironment } from '../providers/provider.js';
import { registerHost, type Registering } from './register.js';
import type { HostWish } from './wish.js';

/** Milliseconds until what could not be registered is tried again. */
const pause = 30_000;

/** Registers what the operator's file lists, and tries again what does not answer, until it is stopped. */
export class FileHosts {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly ground: Registering,
    private readonly wishes: readonly HostWish[],
    private readonly log: ProviderEnvironment['log'],
  ) {}

  /** Returns at once. */
  start(): void {
    void this.round(this.wishes);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async round(wishes: readonly HostWish[]): Promise<void> {
    const done = await Promise.all(wishes.map((wish) => this.register(wish)));
    const left = wishes.filter((_, i) => done[i] !== true);
    if (left.length === 0 || this.stopped) return;
    this.timer = setTimeout(() => void this.round(left), pause).unref();
  }

  private async register(wish: HostWish): Promise<boolean> {
    const { address, port } = wish;
    try {
      const { id } = await registerHost(this.ground, wish, true);
      this.log.info({ host: id, address, port, by: 'DTROVE_HOSTS_FILE' }, 'host registered');
      return true;
    } catch (error) {
      if (!this.stopped)
        this.log.warn({ address, port, error: messageOf(error) }, 'a host of DTROVE_HOSTS_FILE cannot be registered');
      return false;
    }
  }
}
