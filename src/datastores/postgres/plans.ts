import type { Lane, Plan, Step } from '../../plan/step.js';
import type { ClusterView, Manager, Node } from '../datastore.js';
import type { Template } from '../templates.js';
import { assertReplicas, primaryOf, replicasOf } from '../nodes.js';
import { backing } from './copies/read.js';
import { taking } from './copies/restore.js';
import { verifyData } from './copies/verify.js';
import { Settings } from './settings.js';
import { writeConfiguration } from './steps/files.js';
import { addRepository, installPackages } from './steps/packages.js';
import { createRoles, createSlots, dropSlots, initialiseData } from './steps/primary.js';
import { copyPrimary, stream } from './steps/replica.js';
import { restartServer, startOntoSettings, startServer, stopServer } from './steps/run.js';
import { setUpService } from './steps/service.js';
import { wipe } from './wipe.js';

/** The plans of PostgreSQL; `templateOf` gives the template of a version's postgresql.conf. */
export function plansOf(templateOf: (version: string) => Template): Manager['plans'] {
  const files = (cluster: ClusterView, node: Node): Lane => {
    const write = writeConfiguration(templateOf(cluster.version), cluster, node);
    return {
      node: node.id,
      steps: node.facts.init === 'local' ? [write] : [...packages(cluster), write, setUpService(cluster, node)],
    };
  };

  const follow = (cluster: ClusterView, node: Node): Lane => ({
    node: node.id,
    steps: [copyPrimary(cluster, node), startOntoSettings(cluster, node), stream(cluster, node)],
  });

  /** From data that are in their place to a running cluster; `before`: steps of the primary's that come first. */
  const run = (cluster: ClusterView, before: readonly Step[] = []): Plan => {
    const primary = primaryOf(cluster);
    const replicas = replicasOf(cluster);
    const first: Lane = {
      node: primary.id,
      steps: [
        ...before,
        startOntoSettings(cluster, primary),
        createRoles(cluster, primary),
        ...(replicas.length > 0 ? [createSlots(cluster, primary, replicas)] : []),
      ],
    };
    return phases(
      [first],
      replicas.map((node) => follow(cluster, node)),
    );
  };

  return {
    prepare(cluster) {
      const primary = primaryOf(cluster);
      const data: Lane = { node: primary.id, steps: [initialiseData(cluster, primary)] };
      // initdb takes longest of all, and the files can be written meanwhile; elsewhere it has to be installed first.
      const atOnce = primary.facts.init === 'local';
      return [
        [...(atOnce ? [data] : []), ...cluster.nodes.map((node) => files(cluster, node))],
        ...run(cluster, atOnce ? [] : data.steps),
      ];
    },

    backup: backing,
    verify: verifyData,

    restore: (cluster) => ({
      before: [cluster.nodes.map((node) => files(cluster, node))],
      ...taking(cluster, primaryOf(cluster)),
      after: run(cluster),
    }),

    addNodes(cluster, added) {
      const primary = primaryOf(cluster);
      assertReplicas(added);
      return phases(
        [
          { node: primary.id, steps: [createSlots(cluster, primary, added)] },
          ...added.map((node) => files(cluster, node)),
        ],
        added.map((node) => follow(cluster, node)),
      );
    },

    // The slots go first: a removed server that is dead already must not keep the primary's log for ever.
    removeNodes(cluster, removed) {
      const primary = primaryOf(cluster);
      assertReplicas(removed);
      return phases(
        [{ node: primary.id, steps: [dropSlots(cluster, primary, removed)] }],
        removed.map((node) => ({ node: node.id, steps: [stopServer(cluster, node)] })),
      );
    },

    start: (cluster, node) => [startServer(cluster, node)],
    stop: (cluster, node) => [stopServer(cluster, node)],
    restart: (cluster, node, since) => [restartServer(cluster, node, since)],
    wipe,
  };
}

const packages = (cluster: ClusterView) =>
  Settings.parse(cluster.settings ?? {}).repository === 'pgdg'
    ? [addRepository(), installPackages(cluster)]
    : [installPackages(cluster)];

const phases = (...all: Plan): Plan => all.filter((lanes) => lanes.length > 0);
