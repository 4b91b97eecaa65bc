import { DomainError, messageOf } from '../../errors.js';
import type { Flavor, Provider, Server, ServerWish } from '../provider.js';
import { boot } from './boot.js';
import { makeRunDir, makeServer, sweepDrafts } from './create.js';
import { destroyServer } from './destroy.js';
import { assertFlavor, defaultFlavor, localFlavors } from './flavors.js';
import type { Ground } from './ground.js';
import { isKey, makeShared, pathsOf } from './paths.js';
import { doomedRecordOf, keysIn, recordOf, type ServerRecord } from './record.js';
import { reserveAgain, sweepReservations } from './reserve.js';
import { Serving, type Answer } from './serving.js';

const sweepMs = 2_000;
const address = '127.0.0.1';

const notSupported = (what: string): Promise<never> =>
  Promise.reject(new DomainError('NOT_SUPPORTED', `${what} are not supported by the provider local`));

const toServer = (record: ServerRecord, state: Server['state'], message = ''): Server => ({
  id: record.key,
  key: record.key,
  clusterId: record.clusterId,
  ...(record.owner !== undefined && { owner: record.owner }),
  state,
  progress: 100,
  message,
  addr: address,
  sshPort: record.sshPort,
  port: record.port,
});

function look(record: ServerRecord, answer: Answer): Server {
  if (answer !== 'stranger') return toServer(record, 'ACTIVE');
  return toServer(record, 'ERROR', `another program has taken port ${String(record.sshPort)}`);
}

/** Gives what the system says (a full disk, say) as words of the provider. */
async function told<T>(verb: string, key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const message = `cannot ${verb} the local server ${key}: ${messageOf(error)}`;
    throw new DomainError('PROVIDER_FAILED', message, { retryable: true, cause: error });
  }
}

/** Servers on this very machine: a directory, an SSH server in this process, and real processes. */
export class LocalProvider implements Provider {
  readonly id = 'local';
  readonly init = 'local';
  readonly supportsVolumes = false;
  readonly supportsSnapshots = false;
  readonly defaultFlavor = defaultFlavor;
  private opened: Promise<{ ground: Ground; serving: Serving }> | null = null;
  private readonly making = new Map<string, Promise<ServerRecord>>();
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  /** `major`: the PostgreSQL there is, null where there is none; `prepare` lays the ground at the first need of it. */
  constructor(
    private readonly major: string | null,
    private readonly prepare: () => Promise<Ground>,
  ) {}

  refuses({ manager, version }: Parameters<Provider['refuses']>[0]): string | null {
    if (manager !== 'postgres') return `the provider local runs postgres only, not ${manager}`;
    if (this.major === null) return 'the provider local has no PostgreSQL for this platform';
    if (version === this.major) return null;
    return `the provider local runs PostgreSQL ${this.major} only, not ${version}`;
  }

  flavors(): Promise<readonly Flavor[]> {
    return Promise.resolve(localFlavors());
  }

  async create(wish: ServerWish, signal: AbortSignal): Promise<Server> {
    assertFlavor(wish.flavor);
    signal.throwIfAborted();
    return told('make', wish.key, async () => {
      const { ground, serving } = await this.open();
      if (await doomedRecordOf(ground.servers, wish.key)) await this.destroy(wish.key, signal);
      const record = await this.make(wish, ground);
      return look(record, await serving.ensure(record));
    });
  }

  async updateStatus(id: string, signal: AbortSignal): Promise<Server | null> {
    signal.throwIfAborted();
    if (!isKey(id)) return null;
    return told('look at', id, async () => {
      const { ground, serving } = await this.open();
      const record = await recordOf(ground.servers, id);
      if (record) return look(record, await serving.ensure(record));
      const doomed = await doomedRecordOf(ground.servers, id);
      return doomed && toServer(doomed, 'DELETED', 'it is being destroyed');
    });
  }

  async destroy(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!isKey(id)) return;
    await told('destroy', id, async () => {
      const { ground, serving } = await this.open();
      await destroyServer(ground, id, () => serving.stop(id));
    });
  }

  async list(signal: AbortSignal): Promise<readonly Server[]> {
    const { ground } = await this.open();
    const { living, doomed } = await keysIn(ground.servers);
    const servers = await Promise.all([...living, ...doomed].map((key) => this.updateStatus(key, signal)));
    return servers.filter((server) => server !== null);
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

  async adopt(): Promise<void> {
    await makeShared((await this.open()).ground.user);
    await sweepReservations();
    await sweepDrafts((await this.open()).ground);
    await this.sweep();
    this.timer ??= setInterval(() => {
      this.sweeping = this.sweep().catch(() => undefined);
    }, sweepMs).unref();
  }

  async close(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    if (this.opened === null) return;
    await this.sweeping;
    const { serving } = await this.opened;
    await Promise.all(serving.keys().map((key) => serving.stop(key)));
  }

  /** Asked twice at once, it is made once. */
  private make(wish: ServerWish, ground: Ground): Promise<ServerRecord> {
    const making = this.making.get(wish.key) ?? makeServer(wish, ground).finally(() => this.making.delete(wish.key));
    this.making.set(wish.key, making);
    return making;
  }

  /** Takes up every server that nobody serves, as after the end of another worker, and drops those that are gone. */
  private async sweep(): Promise<void> {
    const { ground, serving } = await this.open();
    const { living } = await keysIn(ground.servers);
    const gone = serving.keys().filter((key) => !living.includes(key));
    await Promise.all(gone.map((key) => serving.stop(key)));
    const failed = (key: string) => (error: unknown) => {
      ground.log.warn({ server: key, error: messageOf(error) }, 'a local server cannot be taken up');
    };
    await Promise.all(living.map((key) => this.takeUp(key).catch(failed(key))));
  }

  private async takeUp(key: string): Promise<void> {
    const { ground, serving } = await this.open();
    const record = await recordOf(ground.servers, key);
    if (record === null || (await serving.ensure(record)) !== 'taken over') return;
    await makeRunDir(pathsOf(ground.servers, key), ground);
    await reserveAgain(pathsOf(ground.servers, key).home, { ssh: record.sshPort, database: record.port });
    await boot(ground, record);
    ground.log.info({ server: key, port: record.sshPort }, 'local server taken up');
  }

  private open(): Promise<{ ground: Ground; serving: Serving }> {
    this.opened ??= this.prepare().then((ground) => ({ ground, serving: new Serving(ground) }));
    // A failure is not kept: the next call tries again.
    this.opened.catch(() => (this.opened = null));
    return this.opened;
  }
}
