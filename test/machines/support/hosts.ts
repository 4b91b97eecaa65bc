import pg from 'pg';
import {
  CreateClusterDocument,
  HostsDocument,
  RegisterDatastoreDocument,
  RegisterHostDocument,
} from '../../operations/documents.js';
import { fingerprint } from '../../../src/remote/keys.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import type { Remote } from '../../../src/remote/remote.js';
import type { Api } from '../../support/api.js';
import type { Created } from '../../support/clusters.js';
import type { Machine, Machines } from './containers.js';
import { differences, inventoryOf } from './inventory.js';

/** Containers as hosts of the public API; a host is named by its place among them. */
export class HostLab {
  private readonly pool = createRemotePool();
  private readonly jumps = new Map<number, number>();

  private constructor(
    private readonly lab: Machines,
    private readonly api: Api,
    private readonly machines: readonly Machine[],
    private readonly untouched: string[][],
  ) {}

  static async open(lab: Machines, api: Api, machines: readonly Machine[]): Promise<HostLab> {
    return new HostLab(lab, api, machines, await Promise.all(machines.map(({ remote }) => inventoryOf(remote))));
  }

  at(i: number): Machine {
    const machine = this.machines[i];
    if (machine === undefined) throw new Error(`no machine ${i}`);
    return machine;
  }

  /** Runs a script as root, without SSH. */
  inside(i: number, script: string): Promise<string> {
    return this.lab.lxc('exec', this.at(i).name, '--', 'sh', '-c', script);
  }

  pinned(i: number) {
    return { hostKeyFingerprint: fingerprint(this.at(i).door.hostKey) };
  }

  async register(i: number, more: object = {}) {
    return (await this.api.get(RegisterHostDocument, { input: this.wish(i, more) })).registerHost;
  }

  async refusal(i: number, more: object = {}) {
    const { message, extensions } = await this.api.refused(RegisterHostDocument, { input: this.wish(i, more) });
    return { message, code: extensions?.code, field: extensions?.field };
  }

  async hosts() {
    return (await this.api.get(HostsDocument, {})).hosts.edges.map(({ node }) => node);
  }

  async host(i: number) {
    const found = (await this.hosts()).find(({ address }) => address === this.at(i).addr);
    if (found === undefined) throw new Error(`machine ${i} is not registered`);
    return found;
  }

  async states() {
    return (await this.hosts()).map(({ state }) => state);
  }

  async create(name: string, size: number, more: object = {}, manager = 'postgres', version = '17') {
    const offer = { manager, version, image: 'debian-13' };
    const { registerDatastore } = await this.api.get(RegisterDatastoreDocument, { input: offer });
    const input = { name, datastoreId: registerDatastore.id, size, provider: 'hosts', ...more };
    return (await this.api.get(CreateClusterDocument, { input })).createCluster;
  }

  /** From now on it can be reached through another only. Takes what is there now for what was there before. */
  async hide(i: number, jump: number): Promise<void> {
    this.jumps.set(i, jump);
    this.untouched[i] = await inventoryOf(await this.remote(i));
  }

  /** What differs from how it was. */
  async changes(i: number): Promise<string[]> {
    return differences(this.untouched[i] ?? [], await inventoryOf(await this.remote(i)));
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private remote(i: number): Promise<Remote> {
    const jump = this.jumps.get(i);
    if (jump === undefined) return this.at(i).answers();
    const hop = (n: number) => ({ host: this.at(n).addr, port: 22, ...this.at(n).door });
    return Promise.resolve(this.pool.get({ ...hop(i), prefix: 'sudo -n', via: hop(jump) }));
  }

  private wish(i: number, more: object) {
    const { addr, door } = this.at(i);
    const login = { privateKey: door.privateKey.reveal(), passphrase: door.passphrase.reveal() };
    return { address: addr, user: door.user, ...login, tags: [`host-${i}`], ...more };
  }
}

/** Asks one node of a cluster as its administrator, over TLS with the authority verified. */
export async function askPostgres(api: Api, { cluster: { id }, credentials }: Created, host: string, text: string) {
  type Found = { readonly cluster: { readonly caCertificate: string } };
  const { data } = await api.ask<Found, { id: string }>('query($id: ID!) { cluster(id: $id) { caCertificate } }', {
    id,
  });
  const ssl = { ca: data?.cluster.caCertificate ?? '' };
  const { username: user, password } = credentials;
  const client = new pg.Client({ host, user, password, database: 'postgres', ssl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
