import type { GraphiQLProps } from 'graphiql';
import clusters from '../../test/operations/console/clusters.graphql?raw';
import createCluster from '../../test/operations/console/create-cluster.graphql?raw';
import operationProgress from '../../test/operations/console/operation-progress.graphql?raw';
import registerDatastore from '../../test/operations/console/register-datastore.graphql?raw';

export const CREATE_CLUSTER = 'CreateCluster';
export const OPERATION_PROGRESS = 'OperationProgress';

/** The documents by their operation's name, which is their tab's title as well. */
export const DOCUMENTS: Readonly<Record<string, string>> = {
  [CREATE_CLUSTER]: createCluster,
  [OPERATION_PROGRESS]: operationProgress,
};

export const clusterVariables = (datastoreId: string): string =>
  json({ input: { name: 'orders', datastoreId, size: 3 } });

export const progressVariables = (id: string): string => json({ id });

/** The tabs of somebody who is here for the first time, in the order of use. */
export const examples = (datastoreId = 'the id of a datastore'): NonNullable<GraphiQLProps['defaultTabs']> => [
  { query: clusters },
  { query: registerDatastore, variables: json({ input: { manager: 'postgres', version: '17', image: 'local' } }) },
  { query: createCluster, variables: clusterVariables(datastoreId) },
  { query: operationProgress, variables: progressVariables("the id of createCluster's operation") },
];

const json = (value: object): string => JSON.stringify(value, null, 2);
