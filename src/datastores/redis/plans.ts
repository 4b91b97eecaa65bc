import type { Lane, Plan } from '../../plan/step.js';
import type { ClusterView, Manager, Node } from '../datastore.js';
import type { Template } from '../templates.js';
import type { Flavour } from './flavour.js';
import { layoutOf } from './layout.js';
import { assertReplicas, primaryOf, replicasOf } from '../nodes.js';
import { restartServer, startOntoSettings, startServer, stopServer } from '../own-unit-steps.js';
import { unitOf } from './unit.js';
import { writeConfiguration } from './steps/files.js';
import { installPackages } from './steps/packages.js';
import { follow } from './steps/replica.js';
import { retireService, setUpService } from './steps/service.js';
import { backing, taking } from './backup/copies.js';
import { verifyData } from './backup/verify.js';
import { wipe } from './wipe.js';

/** The plans of one of the family; `templateOf` gives the template of a version's configuration. */
export function plansOf(flavour: Flavour, templateOf: (version: string) => Template): Manager['plans'] {
  const on = (node: Node) => layoutOf(flavour, node);
  const unit = (node: Node) => unitOf(flavour, on(node));

  const files = (cluster: ClusterView, node: Node): Lane => ({
    node: node.id,
    steps: [
      installPackages(on(node), cluster),
      writeConfiguration(templateOf(cluster.version), cluster, node, on(node)),
      setUpService(on(node)),
    ],
  });

  const joining = (cluster: ClusterView, node: Node): Lane => ({
    node: node.id,
    steps: [startOntoSettings(unit(node)), follow(on(node), cluster)],
  });

  const install = (cluster: ClusterView): Plan => [cluster.nodes.map((node) => files(cluster, node))];

  /** From what the primary has in its place, if anything, to a running cluster. */
  const run = (cluster: ClusterView): Plan => {
    const primary = primaryOf(cluster);
    return phases(
      [{ node: primary.id, steps: [startOntoSettings(unit(primary))] }],
      replicasOf(cluster).map((node) => joining(cluster, node)),
    );
  };

  return {
    prepare: (cluster) => [...install(cluster), ...run(cluster)],

    backup: (cluster, node) => backing(on(node), cluster, node),

    verify: (cluster, node) => verifyData(on(node), cluster),

    restore(cluster) {
      const primary = primaryOf(cluster);
      return { before: install(cluster), ...taking(on(primary), primary), after: run(cluster) };
    },

    // The primary has nothing to do: whoever knows the replication user's password may follow it.
    addNodes(cluster, added) {
      assertReplicas(added);
      return phases(
        added.map((node) => files(cluster, node)),
        added.map((node) => joining(cluster, node)),
      );
    },

    // The primary keeps nothing for a replica that is gone.
    removeNodes(_, removed) {
      assertReplicas(removed);
      return phases(
        removed.map((node) => ({ node: node.id, steps: [retireService(on(node)), stopServer(unit(node))] })),
      );
    },

    start: (_, node) => [startServer(unit(node))],
    stop: (_, node) => [stopServer(unit(node))],
    restart: (_, node, since) => [restartServer(unit(node), since)],
    wipe: (cluster, node) => wipe(flavour, on(node), cluster),
  };
}

const phases = (...all: Plan): Plan => all.filter((lanes) => lanes.length > 0);
