/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Where a cluster stands in its life. */
export type ClusterStatus =
  /** All nodes are up; more can be done with it. */
  | 'ACTIVE'
  /** It serves, but not with all of its nodes; the message says why. */
  | 'DEGRADED'
  /** It is gone; the row stays for its history. */
  | 'DELETED'
  /** It is being deleted with its servers. */
  | 'DELETING'
  /** It cannot serve; the message says why. Retry its operation or delete it. */
  | 'ERROR'
  /** Its servers and its datastore are being made. */
  | 'SPAWNING'
  /** An operation is changing it. */
  | 'UPDATING';

/** The cluster that is wanted. */
export type CreateClusterInput = {
  /** A configuration that its nodes have from the beginning, in its newest version. A restored one has that of the backup’s cluster unless given. */
  readonly configurationId?: string | null | undefined;
  /** What it shall run. */
  readonly datastoreId: string;
  /** Size of its servers; the provider’s smallest unless given. */
  readonly flavor?: string | null | undefined;
  /** The same key and input again gives the same cluster and operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 63 letters, digits, blanks, `.`, `_` and `-`, beginning with a letter or digit; unique. */
  readonly name: string;
  /** Who makes its servers; the first configured provider unless given. */
  readonly provider?: string | null | undefined;
  /** A backup whose data it begins with, of the same manager and version. Its settings are the backup’s unless given. */
  readonly restoreFrom?: string | null | undefined;
  /** Settings of the datastore’s own, an object such as `{ "parameters": { "work_mem": "8MB" } }`. What there is, is said where one is wrong. */
  readonly settings?: unknown;
  /** Number of nodes, 1 to DTROVE_MAX_CLUSTER_SIZE; 1 unless given. */
  readonly size?: number | null | undefined;
  /** Size in GiB of a volume for each server, which carries its data and can grow; the data lie on the servers’ own disks unless given. `Provider.supportsVolumes` tells where there are such. */
  readonly volumeGb?: number | null | undefined;
};

/** What a node does in its cluster. */
export type InstanceRole =
  /** Takes reads and writes. */
  | 'PRIMARY'
  /** Follows the primary and takes reads. */
  | 'REPLICA'
  /** Not known yet. */
  | 'UNKNOWN';

/** Where an operation stands. SUCCEEDED, FAILED and CANCELLED are its ends. */
export type OperationStatus =
  /** It was stopped; what was done is named in the message. */
  | 'CANCELLED'
  /** A step failed; `error` says which and why. `retryOperation` goes on from it. */
  | 'FAILED'
  /** Recorded; no worker has taken it yet. */
  | 'QUEUED'
  /** A worker is at it. */
  | 'RUNNING'
  /** All steps are done. */
  | 'SUCCEEDED'
  /** It waits before it tries a step again; the message says for what. */
  | 'WAITING';

/** An engine version to offer. */
export type RegisterDatastoreInput = {
  /** Image that its servers boot from, in the words of the provider. */
  readonly image: string;
  /** Id of the engine’s driver, such as `postgres`. */
  readonly manager: string;
  /** Packages to install beside the engine’s own; blank entries are dropped. At most 1000 characters together. */
  readonly packages?: ReadonlyArray<string> | null | undefined;
  /** Version of the engine, such as `17`. */
  readonly version: string;
};

/** What the provider says of the server. */
export type ServerStatus =
  /** It runs. */
  | 'ACTIVE'
  /** The provider is making it. */
  | 'BUILD'
  /** It is gone, as was asked. */
  | 'DELETED'
  /** The provider failed with it, or has it no more; the message says which. */
  | 'ERROR'
  /** Wanted, and not asked for yet. */
  | 'PENDING'
  /** It exists and does not run. */
  | 'SHUTOFF'
  /** The provider gives no answer about it. */
  | 'UNKNOWN';

/** Where a step stands. */
export type StepStatus =
  /** It holds: it was applied, or found done already. */
  | 'DONE'
  /** It failed; its message says why. */
  | 'FAILED'
  /** Its turn has not come. */
  | 'PENDING'
  /** It is being done. */
  | 'RUNNING'
  /** It turned out not to be needed. */
  | 'SKIPPED';

export type DemoDatastoresQueryVariables = Exact<{ [key: string]: never; }>;


export type DemoDatastoresQuery = { readonly datastores: ReadonlyArray<{ readonly id: string, readonly name: string, readonly manager: string, readonly version: string, readonly image: string }> };

export type DemoRegisterDatastoreMutationVariables = Exact<{
  input: RegisterDatastoreInput;
}>;


export type DemoRegisterDatastoreMutation = { readonly registerDatastore: { readonly id: string, readonly name: string, readonly manager: string, readonly version: string, readonly image: string } };

export type DemoCreateClusterMutationVariables = Exact<{
  input: CreateClusterInput;
}>;


export type DemoCreateClusterMutation = { readonly createCluster: { readonly cluster: { readonly id: string, readonly name: string, readonly size: number, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string }> }, readonly operation: { readonly id: string }, readonly credentials: { readonly username: string, readonly password: string, readonly database: string | null } } };

export type DemoClusterQueryVariables = Exact<{
  id: string;
}>;


export type DemoClusterQuery = { readonly cluster: { readonly id: string, readonly name: string, readonly status: ClusterStatus, readonly message: string, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> } | null };

export type DemoOperationQueryVariables = Exact<{
  id: string;
}>;


export type DemoOperationQuery = { readonly operation: { readonly id: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly steps: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: StepStatus, readonly attempts: number, readonly message: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly instance: { readonly id: string, readonly name: string } | null }>, readonly error: { readonly code: string, readonly message: string } | null } | null };

export type DemoDeleteClusterMutationVariables = Exact<{
  id: string;
}>;


export type DemoDeleteClusterMutation = { readonly deleteCluster: { readonly operation: { readonly id: string } } };

export type DemoCancelOperationMutationVariables = Exact<{
  id: string;
}>;


export type DemoCancelOperationMutation = { readonly cancelOperation: { readonly id: string } };

export type DemoOperationProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type DemoOperationProgressSubscription = { readonly operationProgress: { readonly operation: { readonly id: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly error: { readonly code: string, readonly message: string } | null }, readonly step: { readonly id: string, readonly name: string, readonly status: StepStatus, readonly attempts: number, readonly message: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly instance: { readonly id: string, readonly name: string } | null } | null } };

export type DemoServerStatusSubscriptionVariables = Exact<{
  clusterId: string;
}>;


export type DemoServerStatusSubscription = { readonly serverStatus: { readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string } };

export type DemoNodeFragment = { readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string };

export type DemoOperationStateFragment = { readonly id: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly error: { readonly code: string, readonly message: string } | null };

export type DemoStepFragment = { readonly id: string, readonly name: string, readonly status: StepStatus, readonly attempts: number, readonly message: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly instance: { readonly id: string, readonly name: string } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const DemoNodeFragmentDoc = new TypedDocumentString(`
    fragment DemoNode on Instance {
  id
  name
  role
  serverStatus
  progress
  message
}
    `, {"fragmentName":"DemoNode"}) as unknown as TypedDocumentString<DemoNodeFragment, unknown>;
export const DemoOperationStateFragmentDoc = new TypedDocumentString(`
    fragment DemoOperationState on Operation {
  id
  status
  progress
  message
  error {
    code
    message
  }
}
    `, {"fragmentName":"DemoOperationState"}) as unknown as TypedDocumentString<DemoOperationStateFragment, unknown>;
export const DemoStepFragmentDoc = new TypedDocumentString(`
    fragment DemoStep on OperationStep {
  id
  name
  status
  attempts
  message
  startedAt
  finishedAt
  instance {
    id
    name
  }
}
    `, {"fragmentName":"DemoStep"}) as unknown as TypedDocumentString<DemoStepFragment, unknown>;
export const DemoDatastoresDocument = new TypedDocumentString(`
    query DemoDatastores {
  datastores {
    id
    name
    manager
    version
    image
  }
}
    `) as unknown as TypedDocumentString<DemoDatastoresQuery, DemoDatastoresQueryVariables>;
export const DemoRegisterDatastoreDocument = new TypedDocumentString(`
    mutation DemoRegisterDatastore($input: RegisterDatastoreInput!) {
  registerDatastore(input: $input) {
    id
    name
    manager
    version
    image
  }
}
    `) as unknown as TypedDocumentString<DemoRegisterDatastoreMutation, DemoRegisterDatastoreMutationVariables>;
export const DemoCreateClusterDocument = new TypedDocumentString(`
    mutation DemoCreateCluster($input: CreateClusterInput!) {
  createCluster(input: $input) {
    cluster {
      id
      name
      size
      instances {
        ...DemoNode
      }
    }
    operation {
      id
    }
    credentials {
      username
      password
      database
    }
  }
}
    fragment DemoNode on Instance {
  id
  name
  role
  serverStatus
  progress
  message
}`) as unknown as TypedDocumentString<DemoCreateClusterMutation, DemoCreateClusterMutationVariables>;
export const DemoClusterDocument = new TypedDocumentString(`
    query DemoCluster($id: ID!) {
  cluster(id: $id) {
    id
    name
    status
    message
    endpoints {
      role
      host
      port
      uri
    }
  }
}
    `) as unknown as TypedDocumentString<DemoClusterQuery, DemoClusterQueryVariables>;
export const DemoOperationDocument = new TypedDocumentString(`
    query DemoOperation($id: ID!) {
  operation(id: $id) {
    ...DemoOperationState
    steps {
      ...DemoStep
    }
  }
}
    fragment DemoOperationState on Operation {
  id
  status
  progress
  message
  error {
    code
    message
  }
}
fragment DemoStep on OperationStep {
  id
  name
  status
  attempts
  message
  startedAt
  finishedAt
  instance {
    id
    name
  }
}`) as unknown as TypedDocumentString<DemoOperationQuery, DemoOperationQueryVariables>;
export const DemoDeleteClusterDocument = new TypedDocumentString(`
    mutation DemoDeleteCluster($id: ID!) {
  deleteCluster(id: $id) {
    operation {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<DemoDeleteClusterMutation, DemoDeleteClusterMutationVariables>;
export const DemoCancelOperationDocument = new TypedDocumentString(`
    mutation DemoCancelOperation($id: ID!) {
  cancelOperation(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<DemoCancelOperationMutation, DemoCancelOperationMutationVariables>;
export const DemoOperationProgressDocument = new TypedDocumentString(`
    subscription DemoOperationProgress($id: ID!) {
  operationProgress(id: $id) {
    operation {
      ...DemoOperationState
    }
    step {
      ...DemoStep
    }
  }
}
    fragment DemoOperationState on Operation {
  id
  status
  progress
  message
  error {
    code
    message
  }
}
fragment DemoStep on OperationStep {
  id
  name
  status
  attempts
  message
  startedAt
  finishedAt
  instance {
    id
    name
  }
}`) as unknown as TypedDocumentString<DemoOperationProgressSubscription, DemoOperationProgressSubscriptionVariables>;
export const DemoServerStatusDocument = new TypedDocumentString(`
    subscription DemoServerStatus($clusterId: ID!) {
  serverStatus(clusterId: $clusterId) {
    ...DemoNode
  }
}
    fragment DemoNode on Instance {
  id
  name
  role
  serverStatus
  progress
  message
}`) as unknown as TypedDocumentString<DemoServerStatusSubscription, DemoServerStatusSubscriptionVariables>;