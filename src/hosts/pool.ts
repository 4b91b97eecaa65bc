import { IsNull, Not, QueryFailedError, type DataSource } from 'typeorm';
import { Host, HostState } from '../../schema/host.js';
import { prefixFor } from '../clusters/reach.js';
import { DomainError } from '../errors.js';
import { returning } from '../db/rows.js';
import { storable } from '../db/text.js';
import type { HostCapacity, HostPool, HostWish, PooledHost } from '../providers/host-pool.js';
import type { Remote, RemotePool, Target } from '../remote/remote.js';
import type { Vault } from '../secrets/vault.js';
import { isId } from '../ids.js';
import { bastionOf, loginOf } from './logins.js';

export interface HostGround {
  readonly db: DataSource;
  readonly vault: Vault;
  readonly remotes: RemotePool;
}

/** A host that fits: free, and as large as is wished. `$1`… as {@link parametersOf} has them. */
const fits = `state = 'FREE' AND cpus >= $1 AND memory_mb >= $2 AND disk_gb >= $3
  AND ($4::text IS NULL OR $4 = ANY (tags)) AND ($5 = 'any' OR os = $5 OR os LIKE $5 || '-%')`;

const parametersOf = ({ cpus, memoryMb, diskGb, tag, image }: HostWish) => [cpus, memoryMb, diskGb, tag, image];

/** How often it is looked again where others hold the rows of all that fit. */
const rounds = 100;

/** The registered servers over PostgreSQL, which decides who gets one. */
export class DatabasePool implements HostPool {
  constructor(
    private readonly ground: HostGround,
    private readonly file: { start(): void; stop(): void },
  ) {}

  async claim(wish: HostWish, except: readonly string[]): Promise<PooledHost | null> {
    for (let round = 0; round < rounds; round += 1) {
      const held = await this.heldBy(wish.key);
      if (held !== null) return held;
      const taken = await this.take(wish, except);
      if (taken !== null) return taken;
      if ((await this.fitting(wish, except)) === 0) break;
    }
    return this.heldBy(wish.key);
  }

  // The smallest that fits, those that have answered last time first. A row that another is about to take is passed over.
  private async take(wish: HostWish, except: readonly string[]): Promise<PooledHost | null> {
    try {
      const [host] = await returning(
        this.ground.db.manager,
        Host,
        `UPDATE host SET state = 'TAKEN', message = '', instance_id = $7, cluster_id = $8 WHERE id = (
           SELECT id FROM host WHERE ${fits} AND id <> ALL ($6::uuid[])
           ORDER BY message <> '', cpus, memory_mb, disk_gb, id
           LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        [...parametersOf(wish), except, wish.key, wish.clusterId],
      );
      return host === undefined ? null : this.shown(host);
    } catch (error) {
      // The same key, at the same time, elsewhere.
      if (isDouble(error)) return null;
      throw error;
    }
  }

  private async fitting(wish: HostWish, except: readonly string[]): Promise<number> {
    const [found] = await this.ground.db.query<{ count: string }[]>(
      `SELECT count(*) FROM host WHERE ${fits} AND id <> ALL ($6::uuid[])`,
      [...parametersOf(wish), except],
    );
    return Number(found?.count ?? 0);
  }

  async whyNone({ cpus, memoryMb, diskGb, tag, image }: HostWish): Promise<string> {
    const hosts = await this.ground.db.manager.find(Host);
    const free = hosts.filter(({ state }) => state === HostState.FREE);
    const unfit = (words: string, lacks: (host: Host) => boolean) => {
      const count = free.filter(lacks).length;
      return count === 0 ? [] : [`${count} ${words}`];
    };
    const reasons = [
      ...unfit(`not ${image}`, ({ os }) => image !== 'any' && os !== image && !os.startsWith(`${image}-`)),
      ...unfit(`with fewer than ${cpus} processors`, (host) => host.cpus < cpus),
      ...unfit(`with less than ${memoryMb} MiB of memory`, (host) => host.memoryMb < memoryMb),
      ...unfit(`with less than ${diskGb} GiB of disk`, (host) => host.diskGb < diskGb),
      ...unfit(`without the tag ${tag ?? ''}`, ({ tags }) => tag !== null && !tags.includes(tag)),
    ];
    const count = (state: HostState) => hosts.filter((host) => host.state === state).length;
    const unclean = count(HostState.UNCLEAN) + count(HostState.CLEANING);
    const told = [
      `${hosts.length} ${hosts.length === 1 ? 'host is' : 'hosts are'} registered`,
      `${count(HostState.TAKEN)} taken`,
      ...(unclean === 0 ? [] : [`${unclean} unclean`]),
      `${free.length} free${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
    ];
    return `${told.join(', ')}. Register one with registerHost, then retry`;
  }

  async heldBy(key: string): Promise<PooledHost | null> {
    if (!isId(key)) return null;
    const host = await this.ground.db.manager.findOneBy(Host, { instanceId: key, state: HostState.TAKEN });
    return host && this.shown(host);
  }

  async held(): Promise<readonly PooledHost[]> {
    const where = { instanceId: Not(IsNull()), state: HostState.TAKEN };
    return (await this.ground.db.manager.findBy(Host, where)).map((host) => this.shown(host));
  }

  capacities(): Promise<readonly HostCapacity[]> {
    return this.ground.db.manager.find(Host, { order: { id: 'ASC' } });
  }

  async quarantine(key: string, reason: string): Promise<void> {
    if (!isId(key)) return;
    await this.ground.db.query(
      `UPDATE host SET message = $2 WHERE instance_id = $1 AND state = 'TAKEN' AND message = ''`,
      [key, storable(reason)],
    );
  }

  // Of a host that somebody has to clean it is remembered who had it: that tells what to wipe.
  async release(key: string, remark = ''): Promise<void> {
    await this.ground.db.query(
      `UPDATE host SET
         state = CASE message WHEN '' THEN 'FREE' ELSE 'UNCLEAN' END,
         message = CASE message WHEN '' THEN $2 ELSE message END,
         cluster_id = CASE message WHEN '' THEN NULL ELSE cluster_id END,
         instance_id = CASE message WHEN '' THEN NULL ELSE instance_id END
       WHERE instance_id = $1 AND state = 'TAKEN'`,
      [key, storable(remark)],
    );
  }

  remote(host: PooledHost): Remote {
    return this.ground.remotes.get(targetOf(host));
  }

  async remoteTo(id: string): Promise<Remote> {
    const host = await this.ground.db.manager.findOneBy(Host, { id });
    if (host === null) throw new DomainError('NOT_FOUND', `there is no host ${id}`);
    return this.remote(this.shown(host));
  }

  start(): void {
    this.file.start();
  }

  stop(): void {
    this.file.stop();
  }

  private shown(host: Host): PooledHost {
    const { id, address, port, user, hostKey, instanceId, clusterId, message } = host;
    const takenBy = instanceId === null || clusterId === null ? null : { key: instanceId, clusterId };
    const { vault } = this.ground;
    const logins = { login: loginOf(vault, host), bastion: bastionOf(vault, host) };
    return { id, address, port, user, hostKey, ...logins, takenBy, fault: message };
  }
}

/** How a host is reached by its own login, as root. */
export const targetOf = ({
  address: host,
  port,
  user,
  hostKey,
  bastion,
  login,
}: Pick<PooledHost, 'address' | 'port' | 'user' | 'hostKey' | 'bastion' | 'login'>): Target => ({
  ...{ host, port, user, hostKey, ...login },
  prefix: prefixFor({ init: 'systemd' }, user),
  via: bastion ?? undefined,
});

/** Whether a unique index has refused it. */
export const isDouble = (error: unknown): boolean =>
  error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505';
