import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  ClusterStatusDocument,
  CreateClusterDocument,
  RegisterDatastoreDocument,
  RestartClusterDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';

const { signal } = new AbortController();
const Config = z.object({ config: z.record(z.string(), z.string()) });
/** What the product promises, in milliseconds. */
const promised = 15_000;

interface Fault {
  readonly what: string;
  /** 0: the primary, 1: the replica. */
  readonly node: number;
  readonly make: (server: string) => Promise<unknown>;
  readonly mend: (server: string) => Promise<unknown>;
  readonly serverStatus: string;
  readonly words: RegExp;
}

onMachines('the health of a cluster on machines', () => {
  let lab: Lab;
  let api: Api;
  let clusterId: string;
  let mac = '';

  const state = (action: string) => (server: string) =>
    lab.api.change('PUT', `/instances/${server}/state`, signal, { action, force: true, timeout: 30 });
  const device = (eth0: object) => (server: string) =>
    lab.api.change('PATCH', `/instances/${server}`, signal, { devices: { eth0 } });
  const run = (script: string) => (server: string) => inside(lab, server, script);
  const network = () => ({ type: 'nic', name: 'eth0', network: lab.env['DTROVE_INCUS_NETWORK'] ?? '' });
  const now = () => cluster(api, clusterId);
  const serverOf = async (node: number): Promise<string> => (await now()).instances[node]?.server ?? '';
  /** The cluster when it looks like that, and how long that took. */
  async function becomes(what: string, status: string, timeoutMs: number, node?: Partial<Fault>) {
    const began = performance.now();
    const found = await until(
      what,
      async () => {
        const seen = await now();
        const instance = seen.instances[node?.node ?? 0];
        const shown = node?.serverStatus === undefined || instance?.serverStatus === node.serverStatus;
        // The cluster and its instances are not read in one moment: its words may be those of the look before.
        const told = node?.words === undefined ? true : node.words.test(seen.message);
        return seen.status === status && shown && told ? seen : null;
      },
      timeoutMs,
    );
    return { found, seconds: ((performance.now() - began) / 1000).toFixed(1) };
  }

  beforeAll(async () => {
    lab = await openLab();
    const plane = await ControlPlane.start(await makeDataDir(), { ...lab.env, DTROVE_PROVIDERS: 'incus' });
    api = await plane.api();
    const input = { manager: 'postgres', version: '17', image: 'debian-13' };
    const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input });
    const wish = { name: 'watched', datastoreId: registerDatastore.id, flavor: 'small', size: 2 };
    const { createCluster: made } = await api.get(CreateClusterDocument, { input: wish });
    await succeed(api, made.operation.id);
    clusterId = made.cluster.id;
  });

  afterAll(async () => {
    await deleteCluster(api, clusterId);
    await api.close();
    await cleanUp();
    await lab.close();
  });

  const faults: readonly Fault[] = [
    {
      what: 'its replica stopped from outside',
      node: 1,
      make: state('stop'),
      mend: state('start'),
      serverStatus: 'SHUTOFF',
      words: /^watched-2 \(replica\): its server does not run \(incus: it is stopped\)$/,
    },
    {
      what: 'its replica frozen',
      node: 1,
      make: state('freeze'),
      mend: state('unfreeze'),
      serverStatus: 'SHUTOFF',
      words: /^watched-2 \(replica\): its server does not run \(incus: it is frozen\)$/,
    },
    {
      what: 'the sshd of its replica stopped',
      node: 1,
      // The sessions that there are live on: they are ended too.
      make: run('systemctl stop ssh.socket ssh.service; pkill sshd; true'),
      mend: run('systemctl start ssh'),
      serverStatus: 'ACTIVE',
      words: /^watched-2 \(replica\): does not answer SSH: /,
    },
    {
      what: 'the sshd of its primary frozen: it accepts, and says nothing',
      node: 0,
      make: run('pkill -STOP sshd'),
      mend: run('pkill -CONT sshd'),
      serverStatus: 'ACTIVE',
      words: /^watched-1 \(primary\): does not answer SSH: /,
    },
    {
      what: 'the database of its replica stopped',
      node: 1,
      make: run('systemctl stop postgresql@17-dtrove'),
      mend: run('systemctl start postgresql@17-dtrove'),
      serverStatus: 'ACTIVE',
      words: /^watched-2 \(replica\): postgres is down: ./,
    },
    {
      what: 'the database of its primary stopped',
      node: 0,
      make: run('systemctl stop postgresql@17-dtrove'),
      mend: run('systemctl start postgresql@17-dtrove'),
      serverStatus: 'ACTIVE',
      words: /watched-1 \(primary\): postgres is down: ./,
    },
    {
      what: 'its replica cut from the network',
      node: 1,
      make: async (server) => {
        mac = (await lab.api.get(Config, `/instances/${server}`, signal)).config['volatile.eth0.hwaddr'] ?? '';
        await device({ type: 'none' })(server);
      },
      // With its old address: another one would be another server's, for all that DTrove knows.
      mend: (server) => device({ ...network(), hwaddr: mac })(server),
      serverStatus: 'UNKNOWN',
      words: /watched-2 \(replica\): incus says of its server: .*no network address; does not answer SSH: /,
    },
  ];

  it.each(faults)('shows $what within 15 s, and that it is back', async (fault) => {
    const server = await serverOf(fault.node);
    const well = { node: fault.node, serverStatus: 'ACTIVE', words: /^$/ };
    await becomes('it to be well before', 'ACTIVE', 90_000, well);
    await fault.make(server);
    const status = fault.node === 0 ? 'ERROR' : 'DEGRADED';
    const shown = await becomes(fault.what, status, promised, fault).finally(() => fault.mend(server));
    const back = await becomes('it to be back', 'ACTIVE', 90_000, well);
    process.stdout.write(
      `${fault.what}: ${status} after ${shown.seconds} s, ACTIVE ${back.seconds} s after it was mended\n`,
    );
  });

  it('is no alarm while DTrove itself restarts the databases', async () => {
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: clusterId })) {
        seen.push(`${clusterStatus.status}${clusterStatus.message}`);
        if (seen.length >= 5) return;
      }
    })();
    for (let round = 0; round < 2; round += 1) {
      const { restartCluster: begun } = await api.get(RestartClusterDocument, { id: clusterId });
      await succeed(api, begun.operation.id);
    }
    await watching;
    expect(seen).toEqual(['ACTIVE', 'UPDATING', 'ACTIVE', 'UPDATING', 'ACTIVE']);
  });
});
