import { registerEnumType } from 'type-graphql';

export enum ClusterStatus {
  SPAWNING = 'SPAWNING',
  ACTIVE = 'ACTIVE',
  DEGRADED = 'DEGRADED',
  UPDATING = 'UPDATING',
  ERROR = 'ERROR',
  DELETING = 'DELETING',
  DELETED = 'DELETED',
}

export enum ServerStatus {
  PENDING = 'PENDING',
  BUILD = 'BUILD',
  ACTIVE = 'ACTIVE',
  SHUTOFF = 'SHUTOFF',
  ERROR = 'ERROR',
  DELETED = 'DELETED',
  UNKNOWN = 'UNKNOWN',
}

export enum OrphanKind {
  SERVER = 'SERVER',
  FLOATING_ADDRESS = 'FLOATING_ADDRESS',
  PORT = 'PORT',
  VOLUME = 'VOLUME',
  SERVER_GROUP = 'SERVER_GROUP',
  SECURITY_GROUP = 'SECURITY_GROUP',
  KEYPAIR = 'KEYPAIR',
}

export enum InstanceRole {
  PRIMARY = 'PRIMARY',
  REPLICA = 'REPLICA',
  UNKNOWN = 'UNKNOWN',
}

export enum OperationStatus {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  WAITING = 'WAITING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

export enum StepStatus {
  PENDING = 'PENDING',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  SKIPPED = 'SKIPPED',
  FAILED = 'FAILED',
}

registerEnumType(ClusterStatus, {
  name: 'ClusterStatus',
  description: 'Where a cluster stands in its life.',
  valuesConfig: {
    SPAWNING: { description: 'Its servers and its datastore are being made.' },
    ACTIVE: { description: 'All nodes are up; more can be done with it.' },
    DEGRADED: { description: 'It serves, but not with all of its nodes; the message says why.' },
    UPDATING: { description: 'An operation is changing it.' },
    ERROR: { description: 'It cannot serve; the message says why. Retry its operation or delete it.' },
    DELETING: { description: 'It is being deleted with its servers.' },
    DELETED: { description: 'It is gone; the row stays for its history.' },
  },
});

registerEnumType(OrphanKind, {
  name: 'OrphanKind',
  description: 'What is left at a provider.',
  valuesConfig: {
    SERVER: { description: 'A server, with all that goes with it.' },
    FLOATING_ADDRESS: { description: 'An address of an outer network.' },
    PORT: { description: 'A port of a network, which holds an address.' },
    VOLUME: { description: 'A disk, with what is on it.' },
    SERVER_GROUP: { description: 'What keeps the servers of a cluster on hosts of their own.' },
    SECURITY_GROUP: { description: 'The firewall rules of a cluster’s servers.' },
    KEYPAIR: { description: 'A public key that the provider keeps for new servers.' },
  },
});

registerEnumType(ServerStatus, {
  name: 'ServerStatus',
  description: 'What the provider says of the server.',
  valuesConfig: {
    PENDING: { description: 'Wanted, and not asked for yet.' },
    BUILD: { description: 'The provider is making it.' },
    ACTIVE: { description: 'It runs.' },
    SHUTOFF: { description: 'It exists and does not run.' },
    ERROR: { description: 'The provider failed with it, or has it no more; the message says which.' },
    DELETED: { description: 'It is gone, as was asked.' },
    UNKNOWN: { description: 'The provider gives no answer about it.' },
  },
});

registerEnumType(InstanceRole, {
  name: 'InstanceRole',
  description: 'What a node does in its cluster.',
  valuesConfig: {
    PRIMARY: { description: 'Takes reads and writes.' },
    REPLICA: { description: 'Follows the primary and takes reads.' },
    UNKNOWN: { description: 'Not known yet.' },
  },
});

registerEnumType(OperationStatus, {
  name: 'OperationStatus',
  description: 'Where an operation stands. SUCCEEDED, FAILED and CANCELLED are its ends.',
  valuesConfig: {
    QUEUED: { description: 'Recorded; no worker has taken it yet.' },
    RUNNING: { description: 'A worker is at it.' },
    WAITING: { description: 'It waits before it tries a step again; the message says for what.' },
    SUCCEEDED: { description: 'All steps are done.' },
    FAILED: { description: 'A step failed; `error` says which and why. `retryOperation` goes on from it.' },
    CANCELLED: { description: 'It was stopped; what was done is named in the message.' },
  },
});

registerEnumType(StepStatus, {
  name: 'StepStatus',
  description: 'Where a step stands.',
  valuesConfig: {
    PENDING: { description: 'Its turn has not come.' },
    RUNNING: { description: 'It is being done.' },
    DONE: { description: 'It holds: it was applied, or found done already.' },
    SKIPPED: { description: 'It turned out not to be needed.' },
    FAILED: { description: 'It failed; its message says why.' },
  },
});
