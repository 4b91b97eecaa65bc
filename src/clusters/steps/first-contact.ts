import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../../../schema/cluster.js';
import { Instance } from '../../../schema/instance.js';
import { DomainError } from '../../errors.js';
import type { WorkStep } from '../../operations/work.js';
import { issueCertificate as issue } from '../../secrets/certificates.js';
import { gatherFacts, parseFacts, refusesSystem } from '../../shell/facts.js';
import type { Platform } from '../platform.js';
import { reach } from '../reach.js';
import { keepSecret, openSecrets } from '../secrets.js';
import { setInstance } from '../states.js';

/** How long a new server may take from ACTIVE to answering SSH, in milliseconds. */
const patience = 300_000;

/** The first connection, to the host key that was given to the server, and one round trip for its facts. */
export const connect = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'connect',
  run: async ({ signal, write }) => {
    const instance = await platform.db.manager.findOneByOrFail(Instance, { id: instanceId });
    const remote = await reach(platform, platform.db.manager, instance);
    const until = performance.now() + patience;
    for (let pause = 100; ; pause = Math.min(pause * 1.5, 3000)) {
      try {
        const result = await remote.run(gatherFacts(), { signal });
        if (result.code !== 0)
          throw new DomainError(
            'STEP_FAILED',
            `cannot read the server's facts: exit ${result.code}: ${result.stderr.trim()}`,
          );
        const refusal = refusesSystem(result.stdout);
        if (refusal !== null) throw new DomainError('NOT_SUPPORTED', refusal);
        const facts = parseFacts(result.stdout);
        await write((tx) => setInstance(tx, instanceId, { facts }));
        return 'applied';
      } catch (error) {
        // A server that has just become ACTIVE needs a while until its sshd answers: waiting is not failing.
        const early = error instanceof DomainError && error.retryable && performance.now() < until;
        if (!early) throw error;
        await delay(pause, undefined, { signal });
      }
    }
  },
});

/** The certificate of the instance's database: for its address, signed by the cluster's authority. */
export const issueCertificate = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'issue certificate',
  run: async ({ write }) => {
    const { db, vault } = platform;
    const instance = await db.manager.findOneByOrFail(Instance, { id: instanceId });
    if (instance.certificate !== null) return 'already done';
    const cluster = await db.manager.findOneByOrFail(Cluster, { id: instance.clusterId });
    const secret = await openSecrets(db.manager, vault, [cluster.id]);
    const authority = { certificate: cluster.caCertificate ?? '', key: secret(cluster.id, 'authority-key') };
    const { certificate, key } = await issue(authority, {
      commonName: instance.name,
      addresses: [instance.addr ?? ''],
    });
    await write(async (tx) => {
      await keepSecret(tx, vault, instanceId, 'tls-key', key);
      await setInstance(tx, instanceId, { certificate });
    });
    return 'applied';
  },
});
