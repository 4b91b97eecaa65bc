import type { Lane, Plan, Step } from '../../plan/step.js';
import type { ClusterView, Manager, Node } from '../datastore.js';
import type { Template } from '../templates.js';
import { serveCopies } from './copies.js';
import type { Flavour } from './flavour.js';
import { layoutOf } from './layout.js';
import { assertReplicas, primaryOf, replicasOf } from '../nodes.js';
import { restartServer, startOntoSettings, startServer, stopServer } from '../own-unit-steps.js';
import { unitOf } from './unit.js';
import { writeConfiguration } from './steps/files.js';
import { installPackages } from './steps/packages.js';
import { createUsers, forget, initialiseData } from './steps/primary.js';
import { copyData, follow, takePosition } from './steps/replica.js';
import { retireService, setUpService } from './steps/service.js';
import { taking } from './backup/restore.js';
import { verifyData } from './backup/verify.js';
import { wipe } from './wipe.js';

/** The plans of one of the family; `templateOf` gives the template of a version's option file. */
export function plansOf(flavour: Flavour, templateOf: (version: string) => Template): Manager['plans'] {
  const on = (node: Node) => layoutOf(flavour, node);
  const unit = (node: Node) => unitOf(flavour, on(node));
  const isMariadb = flavour.id === 'mariadb';

  const files = (cluster: ClusterView, node: Node): Lane => ({
    node: node.id,
    steps: [
      installPackages(flavour, on(node), cluster),
      writeConfiguration(templateOf(cluster.version), cluster, node, on(node)),
      setUpService(flavour, on(node)),
    ],
  });

  /** What the primary has to do for replicas to copy it. MySQL does it by itself. */
  const copies = (cluster: ClusterView, primary: Node): readonly Step[] =>
    isMariadb ? [serveCopies(on(primary), cluster, primary)] : [];

  const joining = (cluster: ClusterView, node: Node): Lane => ({
    node: node.id,
    steps: [
      copyData(flavour, cluster, on(node)),
      startOntoSettings(unit(node)),
      ...(isMariadb ? [takePosition(flavour, on(node))] : []),
      follow(flavour, cluster, on(node)),
    ],
  });

  /** From data that are in their place to a running cluster; `before`: steps of the primary's that come first. */
  const run = (cluster: ClusterView, before: readonly Step[] = []): Plan => {
    const primary = primaryOf(cluster);
    const replicas = replicasOf(cluster);
    const first: Lane = {
      node: primary.id,
      steps: [
        ...before,
        startOntoSettings(unit(primary)),
        createUsers(flavour, cluster, on(primary)),
        ...(replicas.length > 0 ? copies(cluster, primary) : []),
      ],
    };
    return phases(
      [first],
      replicas.map((node) => joining(cluster, node)),
    );
  };

  return {
    prepare: (cluster) => [
      cluster.nodes.map((node) => files(cluster, node)),
      ...run(cluster, [initialiseData(flavour, on(primaryOf(cluster)))]),
    ],

    backup: (_, node) => ({ steps: [], read: flavour.read(on(node)) }),

    verify: (_, node) => verifyData(flavour, on(node)),

    restore(cluster) {
      const primary = primaryOf(cluster);
      return {
        before: [cluster.nodes.map((node) => files(cluster, node))],
        ...taking(flavour, on(primary), primary),
        after: run(cluster),
      };
    },

    addNodes(cluster, added) {
      const primary = primaryOf(cluster);
      assertReplicas(added);
      const steps = copies(cluster, primary);
      return phases(
        [...(steps.length > 0 ? [{ node: primary.id, steps }] : []), ...added.map((node) => files(cluster, node))],
        added.map((node) => joining(cluster, node)),
      );
    },

    // The log stays for a week, whoever reads it: there is nothing else that the primary keeps for a replica.
    removeNodes(cluster, removed) {
      const primary = primaryOf(cluster);
      assertReplicas(removed);
      return phases(
        removed.map((node) => ({ node: node.id, steps: [retireService(on(node)), stopServer(unit(node))] })),
        [{ node: primary.id, steps: [forget(flavour, on(primary), removed)] }],
      );
    },

    start: (_, node) => [startServer(unit(node))],
    stop: (_, node) => [stopServer(unit(node))],
    restart: (_, node, since) => [restartServer(unit(node), since)],
    wipe: (cluster, node) => wipe(flavour, on(node), cluster),
  };
}

const phases = (...all: Plan): Plan => all.filter((lanes) => lanes.length > 0);
