import type { Node } from '../../../src/datastores/datastore.js';
import type { Plan } from '../../../src/plan/step.js';
import { runPlan } from '../../../src/plan/run-plan.js';
import type { Remote } from '../../../src/remote/remote.js';
import { issueCertificate, type Certified } from '../../../src/secrets/certificates.js';
import type { Machine, Machines } from './containers.js';

const { signal } = new AbortController();

/** Nodes of a cluster, each on a machine of its own, without a control plane. `authority` is asked when a node is made. */
export function nodesOn(machines: Machines, authority: () => Certified) {
  const byNode = new Map<string, Machine>();

  async function newNode(role: Node['role']): Promise<Node> {
    const machine = await machines.add();
    const { name, key: id, addr, port, facts } = machine;
    byNode.set(id, machine);
    const tls = await issueCertificate(authority(), { commonName: name, addresses: [addr] });
    return { id, name, role, addr, port, facts, tls };
  }

  const machineOf = (id: string): Machine => {
    const machine = byNode.get(id);
    if (machine === undefined) throw new Error(`no machine for ${id}`);
    return machine;
  };

  /** Runs a plan; the names of the steps that it applied. `others` are reached by connections of their own. */
  async function run(plan: Plan, others: ReadonlyMap<string, Remote> = new Map()): Promise<string[]> {
    const applied: string[] = [];
    await runPlan(plan, (id) => others.get(id) ?? machineOf(id).remote, {
      signal,
      onStep: ({ step, outcome }) => {
        if (outcome === 'applied') applied.push(step);
      },
    });
    return applied;
  }

  return { newNode, machineOf, run };
}
