import { MoreThan } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Host, HostState } from '../../schema/host.js';
import type { RegisterHostInput } from '../../schema/host-inputs.js';
import { HostConnection, HostOperationPayload } from '../../schema/host-payloads.js';
import { connectionOf, parsePage, type PageWish } from '../clusters/paging.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Log } from '../log.js';
import type { Operations } from '../operations/operations.js';
import { fingerprint } from '../remote/keys.js';
import { beginCleaning, cleanHostKind } from './clean.js';
import { registerHost, type Registering } from './register.js';
import { parseHostWish } from './wish.js';

const tell = ({ id, address, port, user }: Host) => ({ host: id, address, port, user });

/** What administrators do with the pool, as the resolver calls it. Each change is logged with who asked for it. */
export class HostPoolUseCases {
  constructor(
    private readonly ground: Registering,
    private readonly operations: Operations,
    private readonly log: Log,
  ) {}

  async register(input: RegisterHostInput, by: string): Promise<Host> {
    const host = await registerHost(this.ground, parseHostWish(input));
    this.log.info({ ...tell(host), by }, 'host registered');
    return host;
  }

  /** Takes a host out of the pool that no cluster has; the server itself stays as it is. */
  async remove(id: string, by: string): Promise<Host> {
    const { manager } = this.ground.db;
    const host = isId(id) ? await manager.findOneBy(Host, { id }) : null;
    if (host === null) throw new DomainError('NOT_FOUND', `there is no host ${id}`, { field: 'id' });
    const idle = [HostState.FREE, HostState.UNCLEAN];
    const { affected } = await manager
      .createQueryBuilder()
      .delete()
      .from(Host)
      .where('id = :id AND state = ANY (:idle)', { id, idle })
      .execute();
    if (affected !== 1) throw await this.inUse(id);
    this.ground.remotes.forget(host.address, host.port);
    this.log.info({ ...tell(host), by }, 'host removed');
    return host;
  }

  async clean(id: string, by: string): Promise<HostOperationPayload> {
    const payload = await this.ground.db.transaction(async (tx) => {
      const host = await beginCleaning(tx, id);
      const input = { hostId: host.id };
      const operation = await this.operations.create(tx, { kind: cleanHostKind, clusterId: null, input });
      return Object.assign(new HostOperationPayload(), { host, operation });
    });
    await this.operations.wake(payload.operation.id);
    this.log.info({ ...tell(payload.host), by }, 'host is being cleaned');
    return payload;
  }

  /** All of them, oldest first. */
  async page(wish: PageWish): Promise<HostConnection> {
    const page = parsePage(wish);
    const { manager } = this.ground.db;
    const rows = await manager.find(Host, {
      where: page.afterId === null ? {} : { id: MoreThan(page.afterId) },
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return Object.assign(new HostConnection(), connectionOf(rows, page), { totalCount: await manager.count(Host) });
  }

  async host(id: string): Promise<Host | null> {
    return isId(id) ? this.ground.db.manager.findOneBy(Host, { id }) : null;
  }

  fingerprint(hostKey: string): string {
    return fingerprint(hostKey);
  }

  private async inUse(id: string): Promise<DomainError> {
    const { manager } = this.ground.db;
    const host = await manager.findOneBy(Host, { id });
    if (host === null) return new DomainError('NOT_FOUND', `there is no host ${id}`, { field: 'id' });
    const cluster = host.clusterId === null ? null : await manager.findOneBy(Cluster, { id: host.clusterId });
    const words =
      host.state === HostState.CLEANING
        ? `the host ${host.address} is being cleaned; wait until that has ended`
        : `the cluster "${cluster?.name ?? host.clusterId ?? ''}" has the host ${host.address}: delete it or remove its node first`;
    return new DomainError('CONFLICT', words, { field: 'id' });
  }
}
