import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  CreateClusterDocument,
  FlavorsDocument,
  OperationDocument,
  ProvidersDocument,
  RegisterDatastoreDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { deleteCluster, fail, follow, reached, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { refusal } from '../support/refusal.js';
import { gate } from '../support/until.js';
import { hasGuests, onOpenStack, openLab, type Lab } from './support/lab.js';
import type { Fate } from './support/proxy.js';

onOpenStack('clusters on the provider openstack, through the public API', () => {
  let lab: Lab;
  let dataDir: string;
  let plane: ControlPlane;
  let api: Api;

  const start = async (more: Readonly<Record<string, string>> = {}) => {
    const own = { DTROVE_PROVIDERS: 'local,openstack', DTROVE_LEASE_SECONDS: '5', DTROVE_WORKER_CONCURRENCY: '25' };
    plane = await ControlPlane.start(dataDir, { ...lab.env, ...own, ...more });
    api = await plane.api();
  };

  const stop = async (signal: NodeJS.Signals) => {
    await plane.stop(signal);
    await api.close();
  };

  beforeAll(async () => {
    lab = await openLab();
    dataDir = await makeDataDir();
    await start();
  });

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await lab.close();
  });

  const offer = async (image = lab.image): Promise<string> => {
    const input = { manager: 'postgres', version: '15', image };
    return (await api.get(RegisterDatastoreDocument, { input })).registerDatastore.id;
  };

  const create = async (name: string, size = 1): Promise<Created> => {
    const input = { name, datastoreId: await offer(), size, provider: 'openstack' };
    return (await api.get(CreateClusterDocument, { input })).createCluster;
  };

  /** Ends what works on a cluster (without guests nothing ever answers over SSH), and deletes it. */
  const remove = async ({ cluster, operation }: Created): Promise<void> => {
    await api.ask(CancelOperationDocument, { id: operation.id });
    await follow(api, operation.id);
    await deleteCluster(api, cluster.id);
  };

  const servers = async () => (await lab.left()).filter((name) => name.startsWith('server dtrove'));

  it('are offered beside local ones', async () => {
    const { providers } = await api.get(ProvidersDocument, {});
    expect(providers).toMatchObject([{ id: 'local' }, { id: 'openstack', defaultFlavor: 'tiny' }]);
    const { flavors } = await api.get(FlavorsDocument, { provider: 'openstack' });
    expect(flavors.map(({ name }) => name)).toEqual(expect.arrayContaining(['tiny', 'small']));
  });

  it('are of a flavor that is named by its id, too', async () => {
    const { flavors } = (await lab.admin.ask('GET', 'compute', '/flavors')) as {
      flavors: { id: string; name: string }[];
    };
    const name = lab.env['DTROVE_OPENSTACK_FLAVOR'];
    const flavor = flavors.find((one) => one.name === name)?.id ?? '';
    const input = { name: 'by-id', datastoreId: await offer(), size: 1, provider: 'openstack', flavor };
    const made = (await api.get(CreateClusterDocument, { input })).createCluster;
    await reached(api, made.operation.id, 'wait for server', 'DONE');
    const path = `/servers/detail?all_tenants=1&project_id=${lab.project}`;
    expect(await lab.admin.ask('GET', 'compute', path)).toMatchObject({
      servers: [{ flavor: { original_name: name } }],
    });
    await remove(made);
    expect(await lab.left()).toEqual([]);
  });

  it('are refused where there is no such image or flavor, before anything is made', async () => {
    const input = { name: 'nowhere', datastoreId: await offer('debian-0'), size: 1, provider: 'openstack' };
    expect(refusal(await api.ask(CreateClusterDocument, { input }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'datastoreId',
    });
    const other = { ...input, datastoreId: await offer(), flavor: 'no-such' };
    expect(refusal(await api.ask(CreateClusterDocument, { input: other }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'flavor',
    });
    expect(await lab.left()).toEqual([]);
  });

  it('fail with the cloud’s words where its quota is reached, go on when it is raised, and leave nothing behind', async () => {
    await lab.setQuotas({ compute: { instances: 1 } });
    const made = await create('quota', 2);
    const { code, message } = await fail(api, made.operation.id);
    expect({ code, message }).toEqual({
      code: 'QUOTA_EXCEEDED',
      message: expect.stringMatching(/Quota exceeded/),
    });
    await lab.setQuotas({ compute: { instances: 10 } });
    await api.get(RetryOperationDocument, { id: made.operation.id });
    for (const on of ['quota-1', 'quota-2']) await reached(api, made.operation.id, 'wait for server', 'DONE', on);
    expect(await servers()).toHaveLength(2);
    await remove(made);
    expect(await lab.left()).toEqual([]);
  });

  it('have one server, though the worker is killed between the request for it and the row that records it', async () => {
    const heard = gate();
    let fate: Fate = 'held';
    const proxy = await lab.proxy(
      'compute',
      ({ method, path }) => {
        if (method !== 'POST' || !path.endsWith('/servers') || fate === 'pass') return 'pass';
        return fate;
      },
      heard.open,
    );
    await stop('SIGTERM');
    await start({ OS_NOVA_BYPASS_URL: proxy.url });
    const made = await create('crash');
    await heard.reached;
    await plane.stop('SIGKILL');
    fate = 'pass';
    await start();
    await reached(api, made.operation.id, 'wait for server', 'DONE');
    expect(await servers()).toHaveLength(1);
    await remove(made);
    expect(await lab.left()).toEqual([]);
  });

  // Twenty guests are more than a small machine carries.
  (hasGuests ? it.skip : it)(
    'are made twenty at once, and deleted',
    async () => {
      await lab.setQuotas({
        compute: { instances: 30, cores: -1, ram: -1 },
        network: { port: 50, security_group: 50, security_group_rule: 500 },
      });
      const clusters = await Promise.all(Array.from({ length: 20 }, (_, i) => create(`many-${i}`)));
      const arrive = async ({ operation: { id } }: Created) => {
        await reached(api, id, 'wait for server', 'DONE').catch(async () => {
          const { operation } = await api.get(OperationDocument, { id });
          throw new Error(JSON.stringify(operation?.error));
        });
      };
      await Promise.all(clusters.map(arrive));
      expect(await servers()).toHaveLength(20);
      const left = await lab.left();
      expect(new Set(left.filter((name) => name.startsWith('security group'))).size).toBe(20);
      // No more of them than the quota of a new project: anti-affinity is a wish.
      expect(left.filter((name) => name.startsWith('server group'))).toHaveLength(10);
      await Promise.all(clusters.map(remove));
      expect(await lab.left()).toEqual([]);
    },
    900_000,
  );
});
