import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadManagers } from '../../src/datastores/index.js';
import type { ClusterView, Node } from '../../src/datastores/datastore.js';
import { runPlan, type StepEvent } from '../../src/plan/run-plan.js';
import type { Plan } from '../../src/plan/step.js';
import { createAuthority, issueCertificate } from '../../src/secrets/certificates.js';
import { before } from '../../src/shell/before.js';
import { sh } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';
import { openMachines, type Machine, type Machines } from './support/containers.js';
import { differences, inventoryOf } from './support/inventory.js';
import { hasImage, onMachines } from './support/lab.js';

const managers = await loadManagers();
const { signal } = new AbortController();
const patience = 600_000;

interface Engine {
  readonly id: string;
  readonly version: string;
  readonly packages: readonly string[];
  /** What its packages bring up to date of what was there, and that stays so. */
  readonly upgraded?: RegExp;
}

const onDebian: readonly Engine[] = [
  { id: 'postgres', version: '17', packages: ['sysstat'] },
  { id: 'redis', version: '8', packages: [] },
  { id: 'valkey', version: '8', packages: [] },
  { id: 'mariadb', version: '11.8', packages: [] },
];

const offers: readonly { image: string; engines: readonly Engine[] }[] = [
  { image: 'debian-13', engines: onDebian },
  {
    image: 'debian-13-mysql',
    // From sid, with a newer libstdc++6, which needs its gcc-<version>-base.
    engines: [{ id: 'mysql', version: '9', packages: [], upgraded: /libstdc\+\+|package gcc-\d+-base / }],
  },
];

/** Each engine in turn comes to the same server and goes from it without a trace. */
onMachines.each(offers.filter(({ image }) => hasImage(image)))(
  'a server with $image that outlives its clusters',
  ({ image, engines }) => {
    let lab: Machines;
    let machine: Machine;
    let untouched: string[];

    async function run(plan: Plan): Promise<string[]> {
      const events: StepEvent[] = [];
      await runPlan(plan, () => machine.remote, { signal, onStep: (event) => events.push(event) });
      return events.filter(({ outcome }) => outcome === 'applied').map(({ step }) => step);
    }

    async function clusterOf(version: string, packages: readonly string[]): Promise<[ClusterView, Node]> {
      const authority = await createAuthority('wipe');
      const tls = await issueCertificate(authority, { commonName: 'wipe-1', addresses: [machine.addr] });
      const { key: id, addr, facts } = machine;
      const node: Node = { id, name: 'wipe-1', role: 'PRIMARY', addr, port: machine.port, facts, tls };
      const user = (username: string) => ({ username, password: new Secret(`${username}-pass-word`) });
      return [
        {
          ...{ id: 'wipe', name: 'wipe', version, packages, nodes: [node], ca: authority.certificate, settings: {} },
          ...{ admin: user('admin'), replication: user('replicator') },
        },
        node,
      ];
    }

    beforeAll(async () => {
      lab = openMachines('wipe', image, 7000);
      machine = await lab.add();
      // Something that MariaDB asks for is there already, and nobody has asked for it.
      const prepared = sh`{ apt-get -q update && apt-get -qy install --no-install-recommends openssl && apt-mark auto openssl; } 2>&1`;
      expect(await machine.remote.run(prepared, { timeoutMs: patience })).toMatchObject({ code: 0 });
      untouched = await inventoryOf(machine.remote);
    }, patience);

    afterAll(() => lab.close(), patience);

    it.each(engines)(
      'is the same after $id $version as before it',
      async ({ id, version, packages, upgraded }) => {
        const { plans } = managers.managerOf(id);
        const [cluster, node] = await clusterOf(version, packages);
        const wipe = (): Plan => [[{ node: node.id, steps: plans.wipe?.(cluster, node) ?? [] }]];
        expect((await machine.remote.run(before.note())).stderr).toBe('');
        await run(plans.prepare(cluster));
        expect(await machine.remote.run(sh`ss -ltn | grep -q :7000`)).toMatchObject({ code: 0 });
        expect((await run(wipe())).length).toBe(3);
        expect(await run(wipe())).toEqual([]);
        await machine.remote.run(
          sh`systemctl stop 'dtrove-*'; systemctl reset-failed 'dtrove-*'; rm -rf /var/lib/dtrove /run/dtrove-*`,
        );
        const changes = differences(untouched, await inventoryOf(machine.remote));
        expect(changes.filter((line) => upgraded?.test(line) !== true)).toEqual([]);
      },
      patience,
    );
  },
);
