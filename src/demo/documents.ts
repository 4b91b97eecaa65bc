/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type ClusterStatus =
  | 'ACTIVE'
  | 'DEGRADED'
  | 'DELETED'
  | 'DELETING'
  | 'ERROR'
  | 'SPAWNING'
  | 'UPDATING';

export type CreateClusterInput = {
  readonly datastoreId: string;
  readonly flavor?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  readonly provider?: string | null | undefined;
  readonly size?: number | null | undefined;
};

export type InstanceRole =
  | 'PRIMARY'
  | 'REPLICA'
  | 'UNKNOWN';

export type OperationStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'WAITING';

export type RegisterDatastoreInput = {
  readonly image: string;
  readonly manager: string;
  readonly packages?: ReadonlyArray<string> | null | undefined;
  readonly version: string;
};

/** What the provider says of the server. */
export type ServerStatus =
  | 'ACTIVE'
  | 'BUILD'
  | 'DELETED'
  | 'ERROR'
  | 'PENDING'
  | 'SHUTOFF'
  | 'UNKNOWN';

export type StepStatus =
  | 'DONE'
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING'
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