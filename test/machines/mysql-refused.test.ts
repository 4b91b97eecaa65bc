import { afterAll, expect, it } from '@jest/globals';
import type { Node } from '../../src/datastores/datastore.js';
import { mysql } from '../../src/datastores/mysql/index.js';
import { templatesIn } from '../../src/datastores/templates.js';
import { runPlan } from '../../src/plan/run-plan.js';
import { createAuthority, issueCertificate } from '../../src/secrets/certificates.js';
import { Secret } from '../../src/shell/secret.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';

const minutes = 60_000;

onMachines('MySQL where there is none', () => {
  const manager = mysql({ templates: templatesIn() });
  const machines = openMachines('mysql-dev-none', 'debian-12', manager.port);

  afterAll(() => machines.close(), 2 * minutes);

  it(
    'says what there is in its place',
    async () => {
      const machine = await machines.add();
      const authority = await createAuthority('none');
      const tls = await issueCertificate(authority, { commonName: machine.name, addresses: [machine.addr] });
      const node: Node = { ...machine, id: machine.key, role: 'PRIMARY', tls };
      const plan = manager.plans.prepare({
        id: 'none',
        name: 'none',
        version: '8.0',
        packages: [],
        nodes: [node],
        ca: authority.certificate,
        admin: { username: 'admin', password: new Secret('the first password') },
        replication: { username: 'replicator', password: new Secret('of the replicas') },
        settings: {},
      });
      await expect(runPlan(plan, () => machine.remote, { signal: new AbortController().signal })).rejects.toThrow(
        /^install packages: exit 100: .*Debian GNU\/Linux 12 \(bookworm\) has no package mysql-server; it offers: mariadb-server$/s,
      );
    },
    5 * minutes,
  );
});
