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
import { onMachines } from './support/lab.js';

const managers = await loadManagers();
const { signal } = new AbortController();
const patience = 600_000;

/** Each engine in turn comes to the same server and goes from it without a trace. */
onMachines('a server that outlives its clusters', () => {
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
    lab = openMachines('wipe', 'debian-13', 7000);
    machine = await lab.add();
    untouched = await inventoryOf(machine.remote);
  }, patience);

  afterAll(() => lab.close(), patience);

  it.each([
    ['postgres', '17', ['sysstat']],
    ['redis', '8', []],
    ['valkey', '8', []],
  ])(
    'is the same after %s %s as before it',
    async (id, version, packages) => {
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
      expect(differences(untouched, await inventoryOf(machine.remote))).toEqual([]);
    },
    patience,
  );
});
