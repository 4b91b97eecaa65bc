import { DomainError, messageOf } from '../../errors.js';
import type { Hop, Result } from '../../remote/remote.js';
import { sh, type Command } from '../../shell/command.js';
import type { HostPool, PooledHost } from '../host-pool.js';
import type { Flavor, Provider, Server, ServerState, ServerWish } from '../provider.js';
import { letGo, takeOver } from './commands.js';
import { any, flavorsOf, wantedBy } from './flavors.js';
import { refusesImage } from './images.js';

/** Milliseconds that a host may take to answer a look at it, and to be given back. */
const lookMs = 5_000;
const partingMs = 30_000;

const notSupported = (what: string): Promise<never> =>
  Promise.reject(new DomainError('NOT_SUPPORTED', `the provider hosts has no ${what}`));

const isAway = (error: unknown): error is DomainError =>
  error instanceof DomainError && ['REMOTE_UNREACHABLE', 'REMOTE_TIMEOUT'].includes(error.code);

/**
 * Servers that exist already. Making one is taking a free host out of the pool; destroying it gives the host back. A
 * server is known by the instance that has the host, so that whoever had it before cannot touch it any more.
 */
export class HostsProvider implements Provider {
  readonly id = 'hosts';
  readonly init = 'systemd';
  readonly supportsVolumes = false;
  readonly supportsSnapshots = false;
  readonly keepsServers = true;
  readonly defaultFlavor = any;

  /** `open` gives the pool, which is not there before the database is. */
  constructor(private readonly open: () => HostPool) {}

  private get pool(): HostPool {
    return this.open();
  }

  refuses({ image }: Parameters<Provider['refuses']>[0]): string | null {
    return refusesImage(image);
  }

  async flavors(): Promise<readonly Flavor[]> {
    return flavorsOf(await this.pool.capacities());
  }

  /** Hosts that do not answer are passed over, with a remark; one that is not what it was is put aside, and told of. */
  async create(wish: ServerWish, signal: AbortSignal): Promise<Server> {
    signal.throwIfAborted();
    const { key, clusterId, image } = wish;
    const asked = { key, clusterId, image, ...wantedBy(await this.pool.capacities(), wish.flavor) };
    const away: { id: string; error: DomainError }[] = [];
    for (;;) {
      const host = await this.pool.claim(
        asked,
        away.map(({ id }) => id),
      );
      if (host === null) {
        throw away[0]?.error ?? new DomainError('NO_CAPACITY', `no host is free: ${await this.pool.whyNone(asked)}`);
      }
      try {
        await this.tell(host, takeOver(host.user, key, wish.authorizedKey), signal);
        return serverOf(host, 'ACTIVE');
      } catch (error) {
        signal.throwIfAborted();
        const passing = isAway(error);
        if (!passing) await this.pool.quarantine(key, messageOf(error));
        await this.pool.release(key, messageOf(error));
        if (!passing) throw error;
        away.push({ id: host.id, error });
      }
    }
  }

  async updateStatus(id: string, signal: AbortSignal): Promise<Server | null> {
    signal.throwIfAborted();
    const host = await this.pool.heldBy(id);
    return host && this.look(host, signal);
  }

  /** A host is known by the instance that has it. */
  idOf(key: string): string {
    return key;
  }

  async bastionOf(id: string): Promise<Hop | null> {
    return (await this.pool.heldBy(id))?.bastion ?? null;
  }

  quarantine(id: string, reason: string): Promise<void> {
    return this.pool.quarantine(id, reason);
  }

  /** A host that cannot be cleaned is UNCLEAN afterwards; that is no reason for its cluster to stay. */
  async destroy(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const host = await this.pool.heldBy(id);
    if (host === null) return;
    try {
      await this.tell(host, letGo(host.user, host.fault === ''), signal, partingMs);
    } catch (error) {
      signal.throwIfAborted();
      await this.pool.quarantine(id, `it was not given back cleanly: ${messageOf(error)}`);
    }
    await this.pool.release(id);
  }

  /** None is asked how it is: whoever has to know that asks the servers anyway, over a connection that is kept. */
  async list(signal: AbortSignal): Promise<readonly Server[]> {
    signal.throwIfAborted();
    return (await this.pool.held()).map((host) => serverOf(host, 'UNKNOWN'));
  }

  createVolume(): Promise<string> {
    return notSupported('volumes');
  }

  attachVolume(): Promise<void> {
    return notSupported('volumes');
  }

  snapshot(): Promise<string> {
    return notSupported('snapshots');
  }

  adopt(): Promise<void> {
    this.pool.start();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.pool.stop();
    return Promise.resolve();
  }

  private async look(host: PooledHost, signal: AbortSignal): Promise<Server> {
    try {
      await this.tell(host, sh`true`, signal, lookMs);
      return serverOf(host, 'ACTIVE');
    } catch (error) {
      signal.throwIfAborted();
      return serverOf(host, isAway(error) ? 'UNKNOWN' : 'ERROR', messageOf(error));
    }
  }

  private async tell(host: PooledHost, command: Command, signal: AbortSignal, timeoutMs = 60_000): Promise<Result> {
    const result = await this.pool.remote(host).run(command, { signal, timeoutMs });
    if (result.code === 0) return result;
    const words = (result.stderr.trim() || result.stdout.trim()).slice(-500);
    const where = `${host.user}@${host.address}:${host.port}`;
    throw new DomainError('PROVIDER_FAILED', `${where} cannot be used: exit ${result.code}: ${words}`);
  }
}

function serverOf(host: PooledHost, state: ServerState, message = ''): Server {
  const { key = '', clusterId = '' } = host.takenBy ?? {};
  const { address: addr, port: sshPort, hostKey, user } = host;
  return { id: key, key, clusterId, state, progress: 100, message, addr, sshPort, port: null, hostKey, user };
}
