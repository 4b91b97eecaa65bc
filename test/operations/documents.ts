/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The nodes that a cluster shall get. */
export type AddNodeInput = {
  /** Which cluster. */
  readonly clusterId: string;
  /** How many nodes to add. */
  readonly count?: number | null | undefined;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Where a backup stands in its life. */
export type BackupStatus =
  /** It is whole, and can be restored. */
  | 'AVAILABLE'
  /** It is being made; nothing of it can be restored. */
  | 'CREATING'
  /** It is gone; the row stays for its history. */
  | 'DELETED'
  /** It is being removed from its store. */
  | 'DELETING'
  /** It was not made; the message says why. */
  | 'FAILED';

/** What a store of backups is. */
export type BackupStoreKind =
  /** A directory that the workers write; the bytes come over SSH. */
  | 'FOLDER'
  /** A bucket; the bytes go there straight from the database server. */
  | 'S3';

/** The jump host on the way to a host. */
export type BastionInput = {
  /** Its IP address or name. */
  readonly address: string;
  /** Its public host key, one OpenSSH line as `ssh-keyscan` or /etc/ssh/ssh_host_*_key.pub gives it. */
  readonly hostKey?: string | null | undefined;
  /** The fingerprint of one of its host keys, `SHA256:…`, as `ssh-keygen -lf` prints it. */
  readonly hostKeyFingerprint?: string | null | undefined;
  /** Passphrase of that private key, where it has one. */
  readonly passphrase?: string | null | undefined;
  /** TCP port of its sshd. */
  readonly port?: number | null | undefined;
  /** Private key that logs in there, in OpenSSH or PEM format; the host’s login unless given. */
  readonly privateKey?: string | null | undefined;
  /** Pin whatever host key it shows now. Only where nobody can come between: give `hostKey` or `hostKeyFingerprint` instead. */
  readonly trustOnFirstUse?: boolean | null | undefined;
  /** The user who logs in there; the host’s unless given. */
  readonly user?: string | null | undefined;
};

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

/** The backup that is wanted. */
export type CreateBackupInput = {
  /** Of which cluster. */
  readonly clusterId: string;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** Where it is kept; the default store unless given. */
  readonly storeId?: string | null | undefined;
};

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

/** A configuration to make. */
export type CreateConfigurationInput = {
  /** Whose parameters they are. Clusters of the same engine and version can have it. */
  readonly datastoreId: string;
  /** What it is for, at most 500 characters. */
  readonly description?: string | null | undefined;
  /** 1 to 63 letters, digits, blanks, `.`, `_` and `-`, beginning with a letter or digit; unique. */
  readonly name: string;
  /** Values by the name of the parameter, an object such as `{ "work_mem": "8MB", "max_connections": 300 }`; `configurationParameters` lists them. */
  readonly values: unknown;
};

/** A file that is going to be sent. */
export type CreateUploadInput = {
  /** Its name, 1 to 200 characters. */
  readonly name: string;
  /** Its SHA-256, 64 hexadecimal digits, as sha256sum prints it. */
  readonly sha256: string;
  /** Its size in bytes. */
  readonly size: number;
};

/** The export that is wanted. */
export type ExportClusterInput = {
  /** Of which cluster. */
  readonly clusterId: string;
  /** Which of its databases; all but the engine’s own unless given. Redis and Valkey are exported as a whole. */
  readonly databases?: ReadonlyArray<string> | null | undefined;
  /** How the data are written down: CUSTOM (postgres), PLAIN (mariadb, mysql) or RDB (redis, valkey) unless given. */
  readonly format?: ExportFormat | null | undefined;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** Whether the archive names the database users that somebody made, with their hashed passwords. */
  readonly includeUsers?: boolean | null | undefined;
};

/** How the data of a database are written down. */
export type ExportFormat =
  /** PostgreSQL’s own compressed format, for pg_restore. */
  | 'CUSTOM'
  /** SQL, for psql, mysql or mariadb. */
  | 'PLAIN'
  /** The snapshot file of Redis and Valkey. */
  | 'RDB';

/** Whether an export can be downloaded and imported. */
export type ExportStatus =
  /** Its operation failed or was cancelled; the message says why. Retry that, or delete it. */
  | 'FAILED'
  /** Its operation is at it. */
  | 'MAKING'
  /** It is whole. */
  | 'READY';

/** How large the volumes of a cluster shall be. */
export type GrowVolumesInput = {
  /** Which cluster; one that has volumes. */
  readonly clusterId: string;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** Size of each of them in GiB, not below the present one. */
  readonly volumeGb: number;
};

/** How much of a host may be used, where that is not what it has. */
export type HostCapacityInput = {
  /** Number of processors; all unless given. */
  readonly cpus?: number | null | undefined;
  /** Disk in GiB; all unless given. */
  readonly diskGb?: number | null | undefined;
  /** Memory in MiB; all unless given. */
  readonly memoryMb?: number | null | undefined;
};

/** Whether a host can be given to a cluster. */
export type HostState =
  /** `cleanHost` is at it. */
  | 'CLEANING'
  /** It waits for a cluster. */
  | 'FREE'
  /** A cluster has it. */
  | 'TAKEN'
  /** What a cluster left on it could not be wiped; nobody gets it until `cleanHost` has succeeded. */
  | 'UNCLEAN';

/** What to do where the cluster has a database of that name already. One that is empty stands in nobody’s way. */
export type ImportConflict =
  /** Import nothing, and name it. */
  | 'FAIL'
  /** Put the imported one in its place, once it is proven whole; what it held is gone then. */
  | 'REPLACE'
  /** Leave it as it is, and import the others. */
  | 'SKIP';

/** What shall be imported. Give `exportId` or `uploadId`. */
export type ImportExportInput = {
  /** Into which cluster: it runs, of the same engine, in the same or a newer version. */
  readonly clusterId: string;
  /** Which databases of an archive; all of them unless given. For a dump from elsewhere: the one name that the database gets. */
  readonly databases?: ReadonlyArray<string> | null | undefined;
  /** An export that is READY, of whichever cluster. */
  readonly exportId?: string | null | undefined;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** Whether users whom the archive names and the cluster lacks are made. Those there are stay as they are. */
  readonly includeUsers?: boolean | null | undefined;
  /** What to do where a database of that name is there. */
  readonly onConflict?: ImportConflict | null | undefined;
  /** An upload that is READY: an export archive, or a dump of one database by pg_dump, mysqldump or mariadb-dump, or an RDB. */
  readonly uploadId?: string | null | undefined;
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

/** What is left at a provider. */
export type OrphanKind =
  /** An address of an outer network. */
  | 'FLOATING_ADDRESS'
  /** A public key that the provider keeps for new servers. */
  | 'KEYPAIR'
  /** A port of a network, which holds an address. */
  | 'PORT'
  /** The firewall rules of a cluster’s servers. */
  | 'SECURITY_GROUP'
  /** A server, with all that goes with it. */
  | 'SERVER'
  /** What keeps the servers of a cluster on hosts of their own. */
  | 'SERVER_GROUP'
  /** A disk, with what is on it. */
  | 'VOLUME';

/** What a value of a parameter is. */
export type ParameterType =
  /** true or false. */
  | 'BOOLEAN'
  /** One of the allowed values. */
  | 'ENUM'
  /** A whole number, or a text of one with a unit, such as `8MB`. */
  | 'INTEGER'
  /** A list of words, or a text of them between blanks. */
  | 'LIST'
  /** A number, or a text of one with a unit. */
  | 'REAL'
  /** A text of some of the allowed values, between commas. */
  | 'SET'
  /** A text. */
  | 'STRING';

/** Commands of the administrator’s, for one server. */
export type PerformInput = {
  /** 1 to 50 commands, each run by a `sh -c` of its own, in order, until one fails. They are kept as they are and shown to administrators: write no secret into them. */
  readonly commands: ReadonlyArray<string>;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** On which server. */
  readonly instanceId: string;
  /** A title for whoever reads of it later, 1 to 200 characters. */
  readonly name: string;
  /** How long each command may run, 1 to 86400; 300 unless given. DTROVE_OPERATION_DEADLINE_SECONDS ends them all. */
  readonly timeoutSeconds?: number | null | undefined;
};

/** A place to keep backups in. It is tried out before it is registered. */
export type RegisterBackupStoreInput = {
  /** Of a bucket: the access key. */
  readonly accessKeyId?: string | null | undefined;
  /** Of a bucket: its name. It has to be there. */
  readonly bucket?: string | null | undefined;
  /** Of a bucket: the address of its S3 API, such as `https://s3.eu-central-1.amazonaws.com`. The database servers have to reach it too. */
  readonly endpoint?: string | null | undefined;
  /** Whether backups go there unless another store is named. */
  readonly isDefault?: boolean | null | undefined;
  /** What it is. */
  readonly kind: BackupStoreKind;
  /** A name for it, 1 to 63 characters; unique. */
  readonly name: string;
  /** Of a folder: its absolute path, which every worker has to reach. It is made where it is not there. */
  readonly path?: string | null | undefined;
  /** Of a bucket: what the names of all objects begin with; nothing unless given. */
  readonly prefix?: string | null | undefined;
  /** Of a bucket: its region; `us-east-1` unless given. */
  readonly region?: string | null | undefined;
  /** Of a bucket: the secret half of the access key. It is sealed, and never leaves the control plane. */
  readonly secretAccessKey?: string | null | undefined;
};

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

/** A server that exists already, with Debian or Ubuntu, for the provider `hosts`. DTrove logs in at once. */
export type RegisterHostInput = {
  /** Its IP address, or a name that is resolved now: the one that other nodes and clients reach its database by. */
  readonly address: string;
  /** The jump host that it is reached through. */
  readonly bastion?: BastionInput | null | undefined;
  /** How much of it may be used; all unless given. */
  readonly capacity?: HostCapacityInput | null | undefined;
  /** Its public host key, one OpenSSH line as `ssh-keyscan` or /etc/ssh/ssh_host_*_key.pub gives it. */
  readonly hostKey?: string | null | undefined;
  /** The fingerprint of one of its host keys, `SHA256:…`, as `ssh-keygen -lf` prints it. */
  readonly hostKeyFingerprint?: string | null | undefined;
  /** Passphrase of the private key, where it has one. */
  readonly passphrase?: string | null | undefined;
  /** TCP port of its sshd. */
  readonly port?: number | null | undefined;
  /** Private key that logs in, in OpenSSH or PEM format. It is stored sealed, and shown to nobody. */
  readonly privateKey?: string | null | undefined;
  /** Words that clusters may ask for by a flavor such as `any@ssd`: letters, digits, `.`, `_` and `-`. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** Pin whatever host key it shows now. Only where nobody can come between: give `hostKey` or `hostKeyFingerprint` instead. */
  readonly trustOnFirstUse?: boolean | null | undefined;
  /** Log in with the keys of the control plane’s SSH agent (SSH_AUTH_SOCK) in place of a private key. */
  readonly useAgent?: boolean | null | undefined;
  /** The user whom SSH logs in: root, or one who may use sudo without a password; DTROVE_SSH_USER unless given. */
  readonly user?: string | null | undefined;
};

/** The node that a cluster shall lose. */
export type RemoveNodeInput = {
  /** Which cluster. */
  readonly clusterId: string;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** Which replica; the newest one unless given. The primary stays. */
  readonly instanceId?: string | null | undefined;
};

/** A new cluster with the data of a backup. */
export type RestoreBackupInput = {
  /** Which backup. */
  readonly backupId: string;
  /** A configuration that its nodes have from the beginning; that of the backup’s cluster unless given. */
  readonly configurationId?: string | null | undefined;
  /** What it shall run, where that is another datastore than the backup’s: of the same manager and version, such as with an image of another provider. */
  readonly datastoreId?: string | null | undefined;
  /** Size of its servers; the provider’s smallest unless given. */
  readonly flavor?: string | null | undefined;
  /** The same key and input again gives the same operation; with another input, CONFLICT. */
  readonly idempotencyKey?: string | null | undefined;
  /** Name of the new cluster; as of `createCluster`. */
  readonly name: string;
  /** Who makes its servers; the default provider unless given. */
  readonly provider?: string | null | undefined;
  /** Settings of the datastore’s own; those of the cluster that was backed up unless given. */
  readonly settings?: unknown;
  /** Number of nodes; 1 unless given. */
  readonly size?: number | null | undefined;
  /** Size in GiB of a volume for each server, which carries its data; they lie on the servers’ own disks unless given. */
  readonly volumeGb?: number | null | undefined;
};

/** Backups to be made regularly. */
export type ScheduleBackupsInput = {
  /** Of which cluster. */
  readonly clusterId: string;
  /** When: minute, hour, day of the month, month, day of the week, such as `30 2 * * *`. */
  readonly cron: string;
  /** For how many days its backups are kept. */
  readonly keepDays?: number | null | undefined;
  /** How many of its newest backups are kept. A backup goes when neither this nor `keepDays` keeps it; without both, none goes. */
  readonly keepLast?: number | null | undefined;
  /** Where they are kept; the default store unless given. */
  readonly storeId?: string | null | undefined;
  /** The time zone of that, such as `Europe/Berlin`; `UTC` unless given. */
  readonly timezone?: string | null | undefined;
  /** Every how many backups one is verified; none unless given. */
  readonly verifyEvery?: number | null | undefined;
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

/** What shall be another way of a configuration; what is left out stays as it is. */
export type UpdateConfigurationInput = {
  /** Another description. */
  readonly description?: string | null | undefined;
  /** Which configuration. */
  readonly id: string;
  /** Another name. */
  readonly name?: string | null | undefined;
  /** Values by the name of the parameter, an object such as `{ "work_mem": "8MB", "max_connections": 300 }`; `configurationParameters` lists them. These are set; null as a value takes a parameter out of it; the others stay. */
  readonly values?: unknown;
};

/** Whether an upload can be imported. */
export type UploadStatus =
  /** It is whole, and its SHA-256 is the one that was announced. */
  | 'READY'
  /** Bytes are missing: `HEAD` on `uploadUrl` tells from where it goes on. */
  | 'RECEIVING';

export type ClusterPartsFragment = { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> };

export type OperationPartsFragment = { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null };

export type StepPartsFragment = { readonly id: string, readonly name: string, readonly status: StepStatus, readonly attempts: number, readonly message: string, readonly output: string, readonly instance: { readonly id: string, readonly name: string } | null };

export type DatastoresQueryVariables = Exact<{ [key: string]: never; }>;


export type DatastoresQuery = { readonly datastores: ReadonlyArray<{ readonly id: string, readonly name: string, readonly manager: string, readonly version: string, readonly image: string, readonly packages: ReadonlyArray<string> }> };

export type DatastoreQueryVariables = Exact<{
  id: string;
}>;


export type DatastoreQuery = { readonly datastore: { readonly id: string, readonly name: string } | null };

export type RegisterDatastoreMutationVariables = Exact<{
  input: RegisterDatastoreInput;
}>;


export type RegisterDatastoreMutation = { readonly registerDatastore: { readonly id: string, readonly name: string, readonly packages: ReadonlyArray<string> } };

export type ClustersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ClustersQuery = { readonly clusters: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ClusterQueryVariables = Exact<{
  id: string;
}>;


export type ClusterQuery = { readonly cluster: { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> } | null };

export type ClusterOperationsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ClusterOperationsQuery = { readonly cluster: { readonly operations: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type InstanceQueryVariables = Exact<{
  id: string;
}>;


export type InstanceQuery = { readonly instance: { readonly id: string, readonly name: string, readonly cluster: { readonly id: string }, readonly connectionInfo: { readonly host: string, readonly port: number, readonly user: string, readonly publicKey: string, readonly hostKeyFingerprint: string | null } | null } | null };

export type OperationQueryVariables = Exact<{
  id: string;
}>;


export type OperationQuery = { readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly cluster: { readonly id: string, readonly name: string } | null, readonly steps: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: StepStatus, readonly attempts: number, readonly message: string, readonly output: string, readonly instance: { readonly id: string, readonly name: string } | null }>, readonly error: { readonly code: string, readonly message: string } | null } | null };

export type CreateClusterMutationVariables = Exact<{
  input: CreateClusterInput;
}>;


export type CreateClusterMutation = { readonly createCluster: { readonly cluster: { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }, readonly credentials: { readonly username: string, readonly password: string, readonly database: string | null } } };

export type AddNodeMutationVariables = Exact<{
  input: AddNodeInput;
}>;


export type AddNodeMutation = { readonly addNode: { readonly cluster: { readonly id: string, readonly size: number, readonly status: ClusterStatus }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type DeleteClusterMutationVariables = Exact<{
  id: string;
}>;


export type DeleteClusterMutation = { readonly deleteCluster: { readonly cluster: { readonly id: string, readonly status: ClusterStatus }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type RetryOperationMutationVariables = Exact<{
  id: string;
}>;


export type RetryOperationMutation = { readonly retryOperation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } };

export type CancelOperationMutationVariables = Exact<{
  id: string;
}>;


export type CancelOperationMutation = { readonly cancelOperation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } };

export type OperationProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type OperationProgressSubscription = { readonly operationProgress: { readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }, readonly step: { readonly id: string, readonly name: string, readonly status: StepStatus, readonly attempts: number, readonly message: string, readonly output: string, readonly instance: { readonly id: string, readonly name: string } | null } | null } };

export type ServerStatusSubscriptionVariables = Exact<{
  clusterId: string;
}>;


export type ServerStatusSubscription = { readonly serverStatus: { readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string } };

export type ClusterStatusSubscriptionVariables = Exact<{
  id: string;
}>;


export type ClusterStatusSubscription = { readonly clusterStatus: { readonly id: string, readonly status: ClusterStatus, readonly message: string } };

export type ProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type ProvidersQuery = { readonly providers: ReadonlyArray<{ readonly id: string, readonly isDefault: boolean, readonly supportsVolumes: boolean, readonly supportsSnapshots: boolean, readonly defaultFlavor: string }> };

export type FlavorsQueryVariables = Exact<{
  provider?: string | null | undefined;
  datastoreId?: string | null | undefined;
}>;


export type FlavorsQuery = { readonly flavors: ReadonlyArray<{ readonly name: string, readonly cpus: number, readonly memoryMb: number, readonly diskGb: number }> };

export type RemoveNodeMutationVariables = Exact<{
  input: RemoveNodeInput;
}>;


export type RemoveNodeMutation = { readonly removeNode: { readonly cluster: { readonly id: string, readonly size: number, readonly status: ClusterStatus }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type RestartClusterMutationVariables = Exact<{
  id: string;
}>;


export type RestartClusterMutation = { readonly restartCluster: { readonly cluster: { readonly id: string, readonly status: ClusterStatus }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type GrowVolumesMutationVariables = Exact<{
  input: GrowVolumesInput;
}>;


export type GrowVolumesMutation = { readonly growVolumes: { readonly cluster: { readonly id: string, readonly volumeGb: number | null }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type PerformMutationVariables = Exact<{
  input: PerformInput;
}>;


export type PerformMutation = { readonly perform: { readonly cluster: { readonly id: string, readonly status: ClusterStatus }, readonly operation: { readonly requestedBy: string | null, readonly input: unknown, readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type ForceDeleteClusterMutationVariables = Exact<{
  id: string;
}>;


export type ForceDeleteClusterMutation = { readonly forceDeleteCluster: { readonly cluster: { readonly id: string, readonly status: ClusterStatus }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }, readonly ended: { readonly id: string, readonly status: OperationStatus, readonly message: string } | null } };

export type OrphansQueryVariables = Exact<{ [key: string]: never; }>;


export type OrphansQuery = { readonly orphans: ReadonlyArray<{ readonly provider: string, readonly kind: OrphanKind, readonly id: string, readonly instanceId: string | null, readonly clusterId: string | null, readonly serverStatus: ServerStatus | null, readonly message: string, readonly firstSeenAt: string, readonly reapAt: string | null }> };

export type ReapOrphanMutationVariables = Exact<{
  provider: string;
  id: string;
  kind?: OrphanKind | null | undefined;
}>;


export type ReapOrphanMutation = { readonly reapOrphan: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } };

export type HostPartsFragment = { readonly id: string, readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string, readonly tags: ReadonlyArray<string>, readonly cpus: number, readonly memoryMb: number, readonly diskGb: number, readonly os: string, readonly state: HostState, readonly message: string, readonly fromFile: boolean, readonly bastion: { readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string } | null, readonly instance: { readonly id: string, readonly name: string } | null, readonly cluster: { readonly id: string, readonly name: string } | null };

export type RegisterHostMutationVariables = Exact<{
  input: RegisterHostInput;
}>;


export type RegisterHostMutation = { readonly registerHost: { readonly id: string, readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string, readonly tags: ReadonlyArray<string>, readonly cpus: number, readonly memoryMb: number, readonly diskGb: number, readonly os: string, readonly state: HostState, readonly message: string, readonly fromFile: boolean, readonly bastion: { readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string } | null, readonly instance: { readonly id: string, readonly name: string } | null, readonly cluster: { readonly id: string, readonly name: string } | null } };

export type RemoveHostMutationVariables = Exact<{
  id: string;
}>;


export type RemoveHostMutation = { readonly removeHost: { readonly id: string } };

export type CleanHostMutationVariables = Exact<{
  id: string;
}>;


export type CleanHostMutation = { readonly cleanHost: { readonly host: { readonly id: string, readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string, readonly tags: ReadonlyArray<string>, readonly cpus: number, readonly memoryMb: number, readonly diskGb: number, readonly os: string, readonly state: HostState, readonly message: string, readonly fromFile: boolean, readonly bastion: { readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string } | null, readonly instance: { readonly id: string, readonly name: string } | null, readonly cluster: { readonly id: string, readonly name: string } | null }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type HostsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type HostsQuery = { readonly hosts: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string, readonly tags: ReadonlyArray<string>, readonly cpus: number, readonly memoryMb: number, readonly diskGb: number, readonly os: string, readonly state: HostState, readonly message: string, readonly fromFile: boolean, readonly bastion: { readonly address: string, readonly port: number, readonly user: string, readonly hostKeyFingerprint: string } | null, readonly instance: { readonly id: string, readonly name: string } | null, readonly cluster: { readonly id: string, readonly name: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type HealthQueryVariables = Exact<{
  id: string;
}>;


export type HealthQuery = { readonly cluster: { readonly instances: ReadonlyArray<{ readonly name: string, readonly datastoreUp: boolean | null, readonly datastoreVersion: string | null }> } | null };

export type BackupPartsFragment = { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null };

export type BackupsQueryVariables = Exact<{
  clusterId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BackupsQuery = { readonly backups: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type BackupQueryVariables = Exact<{
  id: string;
}>;


export type BackupQuery = { readonly backup: { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null } | null };

export type LastBackupQueryVariables = Exact<{
  clusterId: string;
}>;


export type LastBackupQuery = { readonly cluster: { readonly lastBackup: { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null } | null } | null };

export type CreateBackupMutationVariables = Exact<{
  input: CreateBackupInput;
}>;


export type CreateBackupMutation = { readonly createBackup: { readonly backup: { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type DeleteBackupMutationVariables = Exact<{
  id: string;
}>;


export type DeleteBackupMutation = { readonly deleteBackup: { readonly backup: { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type RestoreBackupMutationVariables = Exact<{
  input: RestoreBackupInput;
}>;


export type RestoreBackupMutation = { readonly restoreBackup: { readonly cluster: { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }, readonly credentials: { readonly username: string, readonly password: string, readonly database: string | null } } };

export type DeleteClusterWithBackupsMutationVariables = Exact<{
  id: string;
  deleteBackups?: boolean | null | undefined;
}>;


export type DeleteClusterWithBackupsMutation = { readonly deleteCluster: { readonly operation: { readonly id: string } } };

export type BackupStorePartsFragment = { readonly id: string, readonly name: string, readonly kind: BackupStoreKind, readonly path: string | null, readonly endpoint: string | null, readonly bucket: string | null, readonly isDefault: boolean };

export type BackupStoresQueryVariables = Exact<{ [key: string]: never; }>;


export type BackupStoresQuery = { readonly backupStores: ReadonlyArray<{ readonly id: string, readonly name: string, readonly kind: BackupStoreKind, readonly path: string | null, readonly endpoint: string | null, readonly bucket: string | null, readonly isDefault: boolean }> };

export type RegisterBackupStoreMutationVariables = Exact<{
  input: RegisterBackupStoreInput;
}>;


export type RegisterBackupStoreMutation = { readonly registerBackupStore: { readonly id: string, readonly name: string, readonly kind: BackupStoreKind, readonly path: string | null, readonly endpoint: string | null, readonly bucket: string | null, readonly isDefault: boolean } };

export type RemoveBackupStoreMutationVariables = Exact<{
  id: string;
}>;


export type RemoveBackupStoreMutation = { readonly removeBackupStore: { readonly id: string, readonly name: string, readonly kind: BackupStoreKind, readonly path: string | null, readonly endpoint: string | null, readonly bucket: string | null, readonly isDefault: boolean } };

export type VerifyBackupMutationVariables = Exact<{
  backupId: string;
}>;


export type VerifyBackupMutation = { readonly verifyBackup: { readonly backup: { readonly id: string, readonly status: BackupStatus, readonly message: string, readonly clusterName: string, readonly engineVersion: string | null, readonly takenFrom: string | null, readonly location: string, readonly size: number | null, readonly sha256: string | null, readonly finishedAt: string | null, readonly verifiedAt: string | null, readonly verifiedRestoreSeconds: number | null, readonly verifyMessage: string, readonly cluster: { readonly id: string } | null, readonly store: { readonly id: string, readonly name: string } | null }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type BackupSchedulePartsFragment = { readonly id: string, readonly cron: string, readonly timezone: string, readonly keepLast: number | null, readonly keepDays: number | null, readonly verifyEvery: number | null, readonly nextAt: string, readonly lastAt: string | null, readonly message: string };

export type BackupSchedulesQueryVariables = Exact<{
  clusterId?: string | null | undefined;
}>;


export type BackupSchedulesQuery = { readonly backupSchedules: ReadonlyArray<{ readonly id: string, readonly cron: string, readonly timezone: string, readonly keepLast: number | null, readonly keepDays: number | null, readonly verifyEvery: number | null, readonly nextAt: string, readonly lastAt: string | null, readonly message: string }> };

export type ScheduleBackupsMutationVariables = Exact<{
  input: ScheduleBackupsInput;
}>;


export type ScheduleBackupsMutation = { readonly scheduleBackups: { readonly id: string, readonly cron: string, readonly timezone: string, readonly keepLast: number | null, readonly keepDays: number | null, readonly verifyEvery: number | null, readonly nextAt: string, readonly lastAt: string | null, readonly message: string } };

export type UnscheduleBackupsMutationVariables = Exact<{
  id: string;
}>;


export type UnscheduleBackupsMutation = { readonly unscheduleBackups: { readonly id: string, readonly cron: string, readonly timezone: string, readonly keepLast: number | null, readonly keepDays: number | null, readonly verifyEvery: number | null, readonly nextAt: string, readonly lastAt: string | null, readonly message: string } };

export type ConfigurationPartsFragment = { readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> };

export type ConfigurationParametersQueryVariables = Exact<{
  datastoreId: string;
}>;


export type ConfigurationParametersQuery = { readonly configurationParameters: ReadonlyArray<{ readonly name: string, readonly type: ParameterType, readonly unit: string | null, readonly min: number | null, readonly max: number | null, readonly allowedValues: ReadonlyArray<string> | null, readonly default: string | null, readonly needsRestart: boolean, readonly description: string, readonly managed: boolean, readonly managedReason: string | null }> };

export type ConfigurationsQueryVariables = Exact<{ [key: string]: never; }>;


export type ConfigurationsQuery = { readonly configurations: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> }> };

export type ConfigurationQueryVariables = Exact<{
  id: string;
}>;


export type ConfigurationQuery = { readonly configuration: { readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> } | null };

export type CreateConfigurationMutationVariables = Exact<{
  input: CreateConfigurationInput;
}>;


export type CreateConfigurationMutation = { readonly createConfiguration: { readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> } };

export type UpdateConfigurationMutationVariables = Exact<{
  input: UpdateConfigurationInput;
}>;


export type UpdateConfigurationMutation = { readonly updateConfiguration: { readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> } };

export type ResetConfigurationMutationVariables = Exact<{
  id: string;
  names?: ReadonlyArray<string> | string | null | undefined;
}>;


export type ResetConfigurationMutation = { readonly resetConfiguration: { readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> } };

export type RollbackConfigurationMutationVariables = Exact<{
  id: string;
  version: number;
}>;


export type RollbackConfigurationMutation = { readonly rollbackConfiguration: { readonly id: string, readonly name: string, readonly description: string, readonly version: number, readonly values: unknown, readonly datastore: { readonly name: string }, readonly clusters: ReadonlyArray<{ readonly name: string }>, readonly history: ReadonlyArray<{ readonly version: number, readonly values: unknown, readonly author: string | null, readonly reason: string, readonly createdAt: string, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: unknown, readonly to: unknown }> }> } };

export type DeleteConfigurationMutationVariables = Exact<{
  id: string;
}>;


export type DeleteConfigurationMutation = { readonly deleteConfiguration: { readonly id: string, readonly name: string } };

export type PlanConfigurationQueryVariables = Exact<{
  clusterId: string;
  configurationId?: string | null | undefined;
  version?: number | null | undefined;
}>;


export type PlanConfigurationQuery = { readonly planConfiguration: { readonly version: number | null, readonly needsRestart: boolean, readonly reason: string, readonly instances: ReadonlyArray<{ readonly order: number, readonly needsRestart: boolean, readonly instance: { readonly name: string, readonly role: InstanceRole }, readonly changes: ReadonlyArray<{ readonly name: string, readonly from: string | null, readonly to: string | null, readonly unit: string | null, readonly needsRestart: boolean }> }> } };

export type AttachConfigurationMutationVariables = Exact<{
  clusterId: string;
  configurationId: string;
  version?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type AttachConfigurationMutation = { readonly attachConfiguration: { readonly cluster: { readonly id: string, readonly status: ClusterStatus }, readonly operation: { readonly id: string } } };

export type DetachConfigurationMutationVariables = Exact<{
  clusterId: string;
}>;


export type DetachConfigurationMutation = { readonly detachConfiguration: { readonly cluster: { readonly id: string }, readonly operation: { readonly id: string } } };

export type ConfiguredClusterQueryVariables = Exact<{
  id: string;
}>;


export type ConfiguredClusterQuery = { readonly cluster: { readonly id: string, readonly status: ClusterStatus, readonly message: string, readonly configurationVersion: number | null, readonly configurationOutdated: boolean, readonly configuration: { readonly id: string, readonly name: string } | null, readonly instances: ReadonlyArray<{ readonly name: string, readonly message: string, readonly progress: number }> } | null };

export type ExportPartsFragment = { readonly id: string, readonly name: string, readonly status: ExportStatus, readonly message: string, readonly format: ExportFormat, readonly engine: string, readonly version: string, readonly size: number | null, readonly sha256: string | null, readonly downloadUrl: string | null, readonly expiresAt: string | null, readonly createdAt: string, readonly finishedAt: string | null, readonly databases: ReadonlyArray<{ readonly name: string, readonly size: number, readonly sha256: string, readonly tables: ReadonlyArray<{ readonly schema: string, readonly name: string, readonly rows: number }> }> };

export type UploadPartsFragment = { readonly id: string, readonly name: string, readonly size: number, readonly sha256: string, readonly status: UploadStatus, readonly offset: number, readonly uploadUrl: string | null, readonly createdAt: string, readonly expiresAt: string };

export type ExportClusterMutationVariables = Exact<{
  input: ExportClusterInput;
}>;


export type ExportClusterMutation = { readonly exportCluster: { readonly export: { readonly id: string, readonly name: string, readonly status: ExportStatus, readonly message: string, readonly format: ExportFormat, readonly engine: string, readonly version: string, readonly size: number | null, readonly sha256: string | null, readonly downloadUrl: string | null, readonly expiresAt: string | null, readonly createdAt: string, readonly finishedAt: string | null, readonly databases: ReadonlyArray<{ readonly name: string, readonly size: number, readonly sha256: string, readonly tables: ReadonlyArray<{ readonly schema: string, readonly name: string, readonly rows: number }> }> }, readonly cluster: { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type ImportExportMutationVariables = Exact<{
  input: ImportExportInput;
}>;


export type ImportExportMutation = { readonly importExport: { readonly cluster: { readonly id: string, readonly name: string, readonly size: number, readonly status: ClusterStatus, readonly message: string, readonly provider: string, readonly volumeGb: number | null, readonly settings: unknown, readonly createdAt: string, readonly datastore: { readonly id: string, readonly name: string }, readonly instances: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: InstanceRole, readonly serverStatus: ServerStatus, readonly progress: number, readonly message: string, readonly addr: string | null, readonly server: string | null, readonly volume: string | null, readonly user: string }>, readonly endpoints: ReadonlyArray<{ readonly role: InstanceRole, readonly host: string, readonly port: number, readonly uri: string }> }, readonly operation: { readonly id: string, readonly kind: string, readonly status: OperationStatus, readonly progress: number, readonly message: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null } } };

export type ExportsQueryVariables = Exact<{
  clusterId?: string | null | undefined;
}>;


export type ExportsQuery = { readonly exports: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: ExportStatus, readonly message: string, readonly format: ExportFormat, readonly engine: string, readonly version: string, readonly size: number | null, readonly sha256: string | null, readonly downloadUrl: string | null, readonly expiresAt: string | null, readonly createdAt: string, readonly finishedAt: string | null, readonly databases: ReadonlyArray<{ readonly name: string, readonly size: number, readonly sha256: string, readonly tables: ReadonlyArray<{ readonly schema: string, readonly name: string, readonly rows: number }> }> }> };

export type ExportQueryVariables = Exact<{
  id: string;
}>;


export type ExportQuery = { readonly export: { readonly id: string, readonly name: string, readonly status: ExportStatus, readonly message: string, readonly format: ExportFormat, readonly engine: string, readonly version: string, readonly size: number | null, readonly sha256: string | null, readonly downloadUrl: string | null, readonly expiresAt: string | null, readonly createdAt: string, readonly finishedAt: string | null, readonly databases: ReadonlyArray<{ readonly name: string, readonly size: number, readonly sha256: string, readonly tables: ReadonlyArray<{ readonly schema: string, readonly name: string, readonly rows: number }> }> } | null };

export type DeleteExportMutationVariables = Exact<{
  id: string;
}>;


export type DeleteExportMutation = { readonly deleteExport: { readonly id: string, readonly name: string, readonly status: ExportStatus, readonly message: string, readonly format: ExportFormat, readonly engine: string, readonly version: string, readonly size: number | null, readonly sha256: string | null, readonly downloadUrl: string | null, readonly expiresAt: string | null, readonly createdAt: string, readonly finishedAt: string | null, readonly databases: ReadonlyArray<{ readonly name: string, readonly size: number, readonly sha256: string, readonly tables: ReadonlyArray<{ readonly schema: string, readonly name: string, readonly rows: number }> }> } };

export type CreateUploadMutationVariables = Exact<{
  input: CreateUploadInput;
}>;


export type CreateUploadMutation = { readonly createUpload: { readonly id: string, readonly name: string, readonly size: number, readonly sha256: string, readonly status: UploadStatus, readonly offset: number, readonly uploadUrl: string | null, readonly createdAt: string, readonly expiresAt: string } };

export type UploadQueryVariables = Exact<{
  id: string;
}>;


export type UploadQuery = { readonly upload: { readonly id: string, readonly name: string, readonly size: number, readonly sha256: string, readonly status: UploadStatus, readonly offset: number, readonly uploadUrl: string | null, readonly createdAt: string, readonly expiresAt: string } | null };

export type DeleteUploadMutationVariables = Exact<{
  id: string;
}>;


export type DeleteUploadMutation = { readonly deleteUpload: { readonly id: string, readonly name: string, readonly size: number, readonly sha256: string, readonly status: UploadStatus, readonly offset: number, readonly uploadUrl: string | null, readonly createdAt: string, readonly expiresAt: string } };

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
export const ClusterPartsFragmentDoc = new TypedDocumentString(`
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}
    `, {"fragmentName":"ClusterParts"}) as unknown as TypedDocumentString<ClusterPartsFragment, unknown>;
export const OperationPartsFragmentDoc = new TypedDocumentString(`
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
    `, {"fragmentName":"OperationParts"}) as unknown as TypedDocumentString<OperationPartsFragment, unknown>;
export const StepPartsFragmentDoc = new TypedDocumentString(`
    fragment StepParts on OperationStep {
  id
  name
  status
  attempts
  message
  output
  instance {
    id
    name
  }
}
    `, {"fragmentName":"StepParts"}) as unknown as TypedDocumentString<StepPartsFragment, unknown>;
export const HostPartsFragmentDoc = new TypedDocumentString(`
    fragment HostParts on Host {
  id
  address
  port
  user
  hostKeyFingerprint
  tags
  cpus
  memoryMb
  diskGb
  os
  state
  message
  fromFile
  bastion {
    address
    port
    user
    hostKeyFingerprint
  }
  instance {
    id
    name
  }
  cluster {
    id
    name
  }
}
    `, {"fragmentName":"HostParts"}) as unknown as TypedDocumentString<HostPartsFragment, unknown>;
export const BackupPartsFragmentDoc = new TypedDocumentString(`
    fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}
    `, {"fragmentName":"BackupParts"}) as unknown as TypedDocumentString<BackupPartsFragment, unknown>;
export const BackupStorePartsFragmentDoc = new TypedDocumentString(`
    fragment BackupStoreParts on BackupStore {
  id
  name
  kind
  path
  endpoint
  bucket
  isDefault
}
    `, {"fragmentName":"BackupStoreParts"}) as unknown as TypedDocumentString<BackupStorePartsFragment, unknown>;
export const BackupSchedulePartsFragmentDoc = new TypedDocumentString(`
    fragment BackupScheduleParts on BackupSchedule {
  id
  cron
  timezone
  keepLast
  keepDays
  verifyEvery
  nextAt
  lastAt
  message
}
    `, {"fragmentName":"BackupScheduleParts"}) as unknown as TypedDocumentString<BackupSchedulePartsFragment, unknown>;
export const ConfigurationPartsFragmentDoc = new TypedDocumentString(`
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}
    `, {"fragmentName":"ConfigurationParts"}) as unknown as TypedDocumentString<ConfigurationPartsFragment, unknown>;
export const ExportPartsFragmentDoc = new TypedDocumentString(`
    fragment ExportParts on Export {
  id
  name
  status
  message
  format
  engine
  version
  size
  sha256
  downloadUrl
  expiresAt
  createdAt
  finishedAt
  databases {
    name
    size
    sha256
    tables {
      schema
      name
      rows
    }
  }
}
    `, {"fragmentName":"ExportParts"}) as unknown as TypedDocumentString<ExportPartsFragment, unknown>;
export const UploadPartsFragmentDoc = new TypedDocumentString(`
    fragment UploadParts on Upload {
  id
  name
  size
  sha256
  status
  offset
  uploadUrl
  createdAt
  expiresAt
}
    `, {"fragmentName":"UploadParts"}) as unknown as TypedDocumentString<UploadPartsFragment, unknown>;
export const DatastoresDocument = new TypedDocumentString(`
    query Datastores {
  datastores {
    id
    name
    manager
    version
    image
    packages
  }
}
    `) as unknown as TypedDocumentString<DatastoresQuery, DatastoresQueryVariables>;
export const DatastoreDocument = new TypedDocumentString(`
    query Datastore($id: ID!) {
  datastore(id: $id) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<DatastoreQuery, DatastoreQueryVariables>;
export const RegisterDatastoreDocument = new TypedDocumentString(`
    mutation RegisterDatastore($input: RegisterDatastoreInput!) {
  registerDatastore(input: $input) {
    id
    name
    packages
  }
}
    `) as unknown as TypedDocumentString<RegisterDatastoreMutation, RegisterDatastoreMutationVariables>;
export const ClustersDocument = new TypedDocumentString(`
    query Clusters($first: Int, $after: String) {
  clusters(first: $first, after: $after) {
    edges {
      cursor
      node {
        ...ClusterParts
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}`) as unknown as TypedDocumentString<ClustersQuery, ClustersQueryVariables>;
export const ClusterDocument = new TypedDocumentString(`
    query Cluster($id: ID!) {
  cluster(id: $id) {
    ...ClusterParts
  }
}
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}`) as unknown as TypedDocumentString<ClusterQuery, ClusterQueryVariables>;
export const ClusterOperationsDocument = new TypedDocumentString(`
    query ClusterOperations($id: ID!, $first: Int, $after: String) {
  cluster(id: $id) {
    operations(first: $first, after: $after) {
      edges {
        cursor
        node {
          ...OperationParts
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<ClusterOperationsQuery, ClusterOperationsQueryVariables>;
export const InstanceDocument = new TypedDocumentString(`
    query Instance($id: ID!) {
  instance(id: $id) {
    id
    name
    cluster {
      id
    }
    connectionInfo {
      host
      port
      user
      publicKey
      hostKeyFingerprint
    }
  }
}
    `) as unknown as TypedDocumentString<InstanceQuery, InstanceQueryVariables>;
export const OperationDocument = new TypedDocumentString(`
    query Operation($id: ID!) {
  operation(id: $id) {
    ...OperationParts
    cluster {
      id
      name
    }
    steps {
      ...StepParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment StepParts on OperationStep {
  id
  name
  status
  attempts
  message
  output
  instance {
    id
    name
  }
}`) as unknown as TypedDocumentString<OperationQuery, OperationQueryVariables>;
export const CreateClusterDocument = new TypedDocumentString(`
    mutation CreateCluster($input: CreateClusterInput!) {
  createCluster(input: $input) {
    cluster {
      ...ClusterParts
    }
    operation {
      ...OperationParts
    }
    credentials {
      username
      password
      database
    }
  }
}
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}
fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<CreateClusterMutation, CreateClusterMutationVariables>;
export const AddNodeDocument = new TypedDocumentString(`
    mutation AddNode($input: AddNodeInput!) {
  addNode(input: $input) {
    cluster {
      id
      size
      status
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<AddNodeMutation, AddNodeMutationVariables>;
export const DeleteClusterDocument = new TypedDocumentString(`
    mutation DeleteCluster($id: ID!) {
  deleteCluster(id: $id) {
    cluster {
      id
      status
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<DeleteClusterMutation, DeleteClusterMutationVariables>;
export const RetryOperationDocument = new TypedDocumentString(`
    mutation RetryOperation($id: ID!) {
  retryOperation(id: $id) {
    ...OperationParts
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<RetryOperationMutation, RetryOperationMutationVariables>;
export const CancelOperationDocument = new TypedDocumentString(`
    mutation CancelOperation($id: ID!) {
  cancelOperation(id: $id) {
    ...OperationParts
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<CancelOperationMutation, CancelOperationMutationVariables>;
export const OperationProgressDocument = new TypedDocumentString(`
    subscription OperationProgress($id: ID!) {
  operationProgress(id: $id) {
    operation {
      ...OperationParts
    }
    step {
      ...StepParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment StepParts on OperationStep {
  id
  name
  status
  attempts
  message
  output
  instance {
    id
    name
  }
}`) as unknown as TypedDocumentString<OperationProgressSubscription, OperationProgressSubscriptionVariables>;
export const ServerStatusDocument = new TypedDocumentString(`
    subscription ServerStatus($clusterId: ID!) {
  serverStatus(clusterId: $clusterId) {
    id
    name
    role
    serverStatus
    progress
    message
  }
}
    `) as unknown as TypedDocumentString<ServerStatusSubscription, ServerStatusSubscriptionVariables>;
export const ClusterStatusDocument = new TypedDocumentString(`
    subscription ClusterStatus($id: ID!) {
  clusterStatus(id: $id) {
    id
    status
    message
  }
}
    `) as unknown as TypedDocumentString<ClusterStatusSubscription, ClusterStatusSubscriptionVariables>;
export const ProvidersDocument = new TypedDocumentString(`
    query Providers {
  providers {
    id
    isDefault
    supportsVolumes
    supportsSnapshots
    defaultFlavor
  }
}
    `) as unknown as TypedDocumentString<ProvidersQuery, ProvidersQueryVariables>;
export const FlavorsDocument = new TypedDocumentString(`
    query Flavors($provider: String, $datastoreId: ID) {
  flavors(provider: $provider, datastoreId: $datastoreId) {
    name
    cpus
    memoryMb
    diskGb
  }
}
    `) as unknown as TypedDocumentString<FlavorsQuery, FlavorsQueryVariables>;
export const RemoveNodeDocument = new TypedDocumentString(`
    mutation RemoveNode($input: RemoveNodeInput!) {
  removeNode(input: $input) {
    cluster {
      id
      size
      status
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<RemoveNodeMutation, RemoveNodeMutationVariables>;
export const RestartClusterDocument = new TypedDocumentString(`
    mutation RestartCluster($id: ID!) {
  restartCluster(id: $id) {
    cluster {
      id
      status
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<RestartClusterMutation, RestartClusterMutationVariables>;
export const GrowVolumesDocument = new TypedDocumentString(`
    mutation GrowVolumes($input: GrowVolumesInput!) {
  growVolumes(input: $input) {
    cluster {
      id
      volumeGb
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<GrowVolumesMutation, GrowVolumesMutationVariables>;
export const PerformDocument = new TypedDocumentString(`
    mutation Perform($input: PerformInput!) {
  perform(input: $input) {
    cluster {
      id
      status
    }
    operation {
      ...OperationParts
      requestedBy
      input
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<PerformMutation, PerformMutationVariables>;
export const ForceDeleteClusterDocument = new TypedDocumentString(`
    mutation ForceDeleteCluster($id: ID!) {
  forceDeleteCluster(id: $id) {
    cluster {
      id
      status
    }
    operation {
      ...OperationParts
    }
    ended {
      id
      status
      message
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<ForceDeleteClusterMutation, ForceDeleteClusterMutationVariables>;
export const OrphansDocument = new TypedDocumentString(`
    query Orphans {
  orphans {
    provider
    kind
    id
    instanceId
    clusterId
    serverStatus
    message
    firstSeenAt
    reapAt
  }
}
    `) as unknown as TypedDocumentString<OrphansQuery, OrphansQueryVariables>;
export const ReapOrphanDocument = new TypedDocumentString(`
    mutation ReapOrphan($provider: String!, $id: ID!, $kind: OrphanKind) {
  reapOrphan(provider: $provider, id: $id, kind: $kind) {
    ...OperationParts
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<ReapOrphanMutation, ReapOrphanMutationVariables>;
export const RegisterHostDocument = new TypedDocumentString(`
    mutation RegisterHost($input: RegisterHostInput!) {
  registerHost(input: $input) {
    ...HostParts
  }
}
    fragment HostParts on Host {
  id
  address
  port
  user
  hostKeyFingerprint
  tags
  cpus
  memoryMb
  diskGb
  os
  state
  message
  fromFile
  bastion {
    address
    port
    user
    hostKeyFingerprint
  }
  instance {
    id
    name
  }
  cluster {
    id
    name
  }
}`) as unknown as TypedDocumentString<RegisterHostMutation, RegisterHostMutationVariables>;
export const RemoveHostDocument = new TypedDocumentString(`
    mutation RemoveHost($id: ID!) {
  removeHost(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<RemoveHostMutation, RemoveHostMutationVariables>;
export const CleanHostDocument = new TypedDocumentString(`
    mutation CleanHost($id: ID!) {
  cleanHost(id: $id) {
    host {
      ...HostParts
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment HostParts on Host {
  id
  address
  port
  user
  hostKeyFingerprint
  tags
  cpus
  memoryMb
  diskGb
  os
  state
  message
  fromFile
  bastion {
    address
    port
    user
    hostKeyFingerprint
  }
  instance {
    id
    name
  }
  cluster {
    id
    name
  }
}`) as unknown as TypedDocumentString<CleanHostMutation, CleanHostMutationVariables>;
export const HostsDocument = new TypedDocumentString(`
    query Hosts($first: Int, $after: String) {
  hosts(first: $first, after: $after) {
    edges {
      cursor
      node {
        ...HostParts
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment HostParts on Host {
  id
  address
  port
  user
  hostKeyFingerprint
  tags
  cpus
  memoryMb
  diskGb
  os
  state
  message
  fromFile
  bastion {
    address
    port
    user
    hostKeyFingerprint
  }
  instance {
    id
    name
  }
  cluster {
    id
    name
  }
}`) as unknown as TypedDocumentString<HostsQuery, HostsQueryVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health($id: ID!) {
  cluster(id: $id) {
    instances {
      name
      datastoreUp
      datastoreVersion
    }
  }
}
    `) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const BackupsDocument = new TypedDocumentString(`
    query Backups($clusterId: ID, $first: Int, $after: String) {
  backups(clusterId: $clusterId, first: $first, after: $after) {
    edges {
      cursor
      node {
        ...BackupParts
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}`) as unknown as TypedDocumentString<BackupsQuery, BackupsQueryVariables>;
export const BackupDocument = new TypedDocumentString(`
    query Backup($id: ID!) {
  backup(id: $id) {
    ...BackupParts
  }
}
    fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}`) as unknown as TypedDocumentString<BackupQuery, BackupQueryVariables>;
export const LastBackupDocument = new TypedDocumentString(`
    query LastBackup($clusterId: ID!) {
  cluster(id: $clusterId) {
    lastBackup {
      ...BackupParts
    }
  }
}
    fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}`) as unknown as TypedDocumentString<LastBackupQuery, LastBackupQueryVariables>;
export const CreateBackupDocument = new TypedDocumentString(`
    mutation CreateBackup($input: CreateBackupInput!) {
  createBackup(input: $input) {
    backup {
      ...BackupParts
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}`) as unknown as TypedDocumentString<CreateBackupMutation, CreateBackupMutationVariables>;
export const DeleteBackupDocument = new TypedDocumentString(`
    mutation DeleteBackup($id: ID!) {
  deleteBackup(id: $id) {
    backup {
      ...BackupParts
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}`) as unknown as TypedDocumentString<DeleteBackupMutation, DeleteBackupMutationVariables>;
export const RestoreBackupDocument = new TypedDocumentString(`
    mutation RestoreBackup($input: RestoreBackupInput!) {
  restoreBackup(input: $input) {
    cluster {
      ...ClusterParts
    }
    operation {
      ...OperationParts
    }
    credentials {
      username
      password
      database
    }
  }
}
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}
fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<RestoreBackupMutation, RestoreBackupMutationVariables>;
export const DeleteClusterWithBackupsDocument = new TypedDocumentString(`
    mutation DeleteClusterWithBackups($id: ID!, $deleteBackups: Boolean) {
  deleteCluster(id: $id, deleteBackups: $deleteBackups) {
    operation {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteClusterWithBackupsMutation, DeleteClusterWithBackupsMutationVariables>;
export const BackupStoresDocument = new TypedDocumentString(`
    query BackupStores {
  backupStores {
    ...BackupStoreParts
  }
}
    fragment BackupStoreParts on BackupStore {
  id
  name
  kind
  path
  endpoint
  bucket
  isDefault
}`) as unknown as TypedDocumentString<BackupStoresQuery, BackupStoresQueryVariables>;
export const RegisterBackupStoreDocument = new TypedDocumentString(`
    mutation RegisterBackupStore($input: RegisterBackupStoreInput!) {
  registerBackupStore(input: $input) {
    ...BackupStoreParts
  }
}
    fragment BackupStoreParts on BackupStore {
  id
  name
  kind
  path
  endpoint
  bucket
  isDefault
}`) as unknown as TypedDocumentString<RegisterBackupStoreMutation, RegisterBackupStoreMutationVariables>;
export const RemoveBackupStoreDocument = new TypedDocumentString(`
    mutation RemoveBackupStore($id: ID!) {
  removeBackupStore(id: $id) {
    ...BackupStoreParts
  }
}
    fragment BackupStoreParts on BackupStore {
  id
  name
  kind
  path
  endpoint
  bucket
  isDefault
}`) as unknown as TypedDocumentString<RemoveBackupStoreMutation, RemoveBackupStoreMutationVariables>;
export const VerifyBackupDocument = new TypedDocumentString(`
    mutation VerifyBackup($backupId: ID!) {
  verifyBackup(backupId: $backupId) {
    backup {
      ...BackupParts
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment BackupParts on Backup {
  id
  status
  message
  clusterName
  engineVersion
  takenFrom
  location
  size
  sha256
  finishedAt
  verifiedAt
  verifiedRestoreSeconds
  verifyMessage
  cluster {
    id
  }
  store {
    id
    name
  }
}`) as unknown as TypedDocumentString<VerifyBackupMutation, VerifyBackupMutationVariables>;
export const BackupSchedulesDocument = new TypedDocumentString(`
    query BackupSchedules($clusterId: ID) {
  backupSchedules(clusterId: $clusterId) {
    ...BackupScheduleParts
  }
}
    fragment BackupScheduleParts on BackupSchedule {
  id
  cron
  timezone
  keepLast
  keepDays
  verifyEvery
  nextAt
  lastAt
  message
}`) as unknown as TypedDocumentString<BackupSchedulesQuery, BackupSchedulesQueryVariables>;
export const ScheduleBackupsDocument = new TypedDocumentString(`
    mutation ScheduleBackups($input: ScheduleBackupsInput!) {
  scheduleBackups(input: $input) {
    ...BackupScheduleParts
  }
}
    fragment BackupScheduleParts on BackupSchedule {
  id
  cron
  timezone
  keepLast
  keepDays
  verifyEvery
  nextAt
  lastAt
  message
}`) as unknown as TypedDocumentString<ScheduleBackupsMutation, ScheduleBackupsMutationVariables>;
export const UnscheduleBackupsDocument = new TypedDocumentString(`
    mutation UnscheduleBackups($id: ID!) {
  unscheduleBackups(id: $id) {
    ...BackupScheduleParts
  }
}
    fragment BackupScheduleParts on BackupSchedule {
  id
  cron
  timezone
  keepLast
  keepDays
  verifyEvery
  nextAt
  lastAt
  message
}`) as unknown as TypedDocumentString<UnscheduleBackupsMutation, UnscheduleBackupsMutationVariables>;
export const ConfigurationParametersDocument = new TypedDocumentString(`
    query ConfigurationParameters($datastoreId: ID!) {
  configurationParameters(datastoreId: $datastoreId) {
    name
    type
    unit
    min
    max
    allowedValues
    default
    needsRestart
    description
    managed
    managedReason
  }
}
    `) as unknown as TypedDocumentString<ConfigurationParametersQuery, ConfigurationParametersQueryVariables>;
export const ConfigurationsDocument = new TypedDocumentString(`
    query Configurations {
  configurations {
    ...ConfigurationParts
  }
}
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}`) as unknown as TypedDocumentString<ConfigurationsQuery, ConfigurationsQueryVariables>;
export const ConfigurationDocument = new TypedDocumentString(`
    query Configuration($id: ID!) {
  configuration(id: $id) {
    ...ConfigurationParts
  }
}
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}`) as unknown as TypedDocumentString<ConfigurationQuery, ConfigurationQueryVariables>;
export const CreateConfigurationDocument = new TypedDocumentString(`
    mutation CreateConfiguration($input: CreateConfigurationInput!) {
  createConfiguration(input: $input) {
    ...ConfigurationParts
  }
}
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}`) as unknown as TypedDocumentString<CreateConfigurationMutation, CreateConfigurationMutationVariables>;
export const UpdateConfigurationDocument = new TypedDocumentString(`
    mutation UpdateConfiguration($input: UpdateConfigurationInput!) {
  updateConfiguration(input: $input) {
    ...ConfigurationParts
  }
}
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}`) as unknown as TypedDocumentString<UpdateConfigurationMutation, UpdateConfigurationMutationVariables>;
export const ResetConfigurationDocument = new TypedDocumentString(`
    mutation ResetConfiguration($id: ID!, $names: [String!]) {
  resetConfiguration(id: $id, names: $names) {
    ...ConfigurationParts
  }
}
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}`) as unknown as TypedDocumentString<ResetConfigurationMutation, ResetConfigurationMutationVariables>;
export const RollbackConfigurationDocument = new TypedDocumentString(`
    mutation RollbackConfiguration($id: ID!, $version: Int!) {
  rollbackConfiguration(id: $id, version: $version) {
    ...ConfigurationParts
  }
}
    fragment ConfigurationParts on Configuration {
  id
  name
  description
  version
  values
  datastore {
    name
  }
  clusters {
    name
  }
  history {
    version
    values
    author
    reason
    createdAt
    changes {
      name
      from
      to
    }
  }
}`) as unknown as TypedDocumentString<RollbackConfigurationMutation, RollbackConfigurationMutationVariables>;
export const DeleteConfigurationDocument = new TypedDocumentString(`
    mutation DeleteConfiguration($id: ID!) {
  deleteConfiguration(id: $id) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<DeleteConfigurationMutation, DeleteConfigurationMutationVariables>;
export const PlanConfigurationDocument = new TypedDocumentString(`
    query PlanConfiguration($clusterId: ID!, $configurationId: ID, $version: Int) {
  planConfiguration(
    clusterId: $clusterId
    configurationId: $configurationId
    version: $version
  ) {
    version
    needsRestart
    reason
    instances {
      order
      needsRestart
      instance {
        name
        role
      }
      changes {
        name
        from
        to
        unit
        needsRestart
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PlanConfigurationQuery, PlanConfigurationQueryVariables>;
export const AttachConfigurationDocument = new TypedDocumentString(`
    mutation AttachConfiguration($clusterId: ID!, $configurationId: ID!, $version: Int, $idempotencyKey: String) {
  attachConfiguration(
    clusterId: $clusterId
    configurationId: $configurationId
    version: $version
    idempotencyKey: $idempotencyKey
  ) {
    cluster {
      id
      status
    }
    operation {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<AttachConfigurationMutation, AttachConfigurationMutationVariables>;
export const DetachConfigurationDocument = new TypedDocumentString(`
    mutation DetachConfiguration($clusterId: ID!) {
  detachConfiguration(clusterId: $clusterId) {
    cluster {
      id
    }
    operation {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<DetachConfigurationMutation, DetachConfigurationMutationVariables>;
export const ConfiguredClusterDocument = new TypedDocumentString(`
    query ConfiguredCluster($id: ID!) {
  cluster(id: $id) {
    id
    status
    message
    configurationVersion
    configurationOutdated
    configuration {
      id
      name
    }
    instances {
      name
      message
      progress
    }
  }
}
    `) as unknown as TypedDocumentString<ConfiguredClusterQuery, ConfiguredClusterQueryVariables>;
export const ExportClusterDocument = new TypedDocumentString(`
    mutation ExportCluster($input: ExportClusterInput!) {
  exportCluster(input: $input) {
    export {
      ...ExportParts
    }
    cluster {
      ...ClusterParts
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}
fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}
fragment ExportParts on Export {
  id
  name
  status
  message
  format
  engine
  version
  size
  sha256
  downloadUrl
  expiresAt
  createdAt
  finishedAt
  databases {
    name
    size
    sha256
    tables {
      schema
      name
      rows
    }
  }
}`) as unknown as TypedDocumentString<ExportClusterMutation, ExportClusterMutationVariables>;
export const ImportExportDocument = new TypedDocumentString(`
    mutation ImportExport($input: ImportExportInput!) {
  importExport(input: $input) {
    cluster {
      ...ClusterParts
    }
    operation {
      ...OperationParts
    }
  }
}
    fragment ClusterParts on Cluster {
  id
  name
  size
  status
  message
  provider
  volumeGb
  settings
  createdAt
  datastore {
    id
    name
  }
  instances {
    id
    name
    role
    serverStatus
    progress
    message
    addr
    server
    volume
    user
  }
  endpoints {
    role
    host
    port
    uri
  }
}
fragment OperationParts on Operation {
  id
  kind
  status
  progress
  message
  error {
    code
    message
  }
  createdAt
  startedAt
  finishedAt
}`) as unknown as TypedDocumentString<ImportExportMutation, ImportExportMutationVariables>;
export const ExportsDocument = new TypedDocumentString(`
    query Exports($clusterId: ID) {
  exports(clusterId: $clusterId) {
    ...ExportParts
  }
}
    fragment ExportParts on Export {
  id
  name
  status
  message
  format
  engine
  version
  size
  sha256
  downloadUrl
  expiresAt
  createdAt
  finishedAt
  databases {
    name
    size
    sha256
    tables {
      schema
      name
      rows
    }
  }
}`) as unknown as TypedDocumentString<ExportsQuery, ExportsQueryVariables>;
export const ExportDocument = new TypedDocumentString(`
    query Export($id: ID!) {
  export(id: $id) {
    ...ExportParts
  }
}
    fragment ExportParts on Export {
  id
  name
  status
  message
  format
  engine
  version
  size
  sha256
  downloadUrl
  expiresAt
  createdAt
  finishedAt
  databases {
    name
    size
    sha256
    tables {
      schema
      name
      rows
    }
  }
}`) as unknown as TypedDocumentString<ExportQuery, ExportQueryVariables>;
export const DeleteExportDocument = new TypedDocumentString(`
    mutation DeleteExport($id: ID!) {
  deleteExport(id: $id) {
    ...ExportParts
  }
}
    fragment ExportParts on Export {
  id
  name
  status
  message
  format
  engine
  version
  size
  sha256
  downloadUrl
  expiresAt
  createdAt
  finishedAt
  databases {
    name
    size
    sha256
    tables {
      schema
      name
      rows
    }
  }
}`) as unknown as TypedDocumentString<DeleteExportMutation, DeleteExportMutationVariables>;
export const CreateUploadDocument = new TypedDocumentString(`
    mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) {
    ...UploadParts
  }
}
    fragment UploadParts on Upload {
  id
  name
  size
  sha256
  status
  offset
  uploadUrl
  createdAt
  expiresAt
}`) as unknown as TypedDocumentString<CreateUploadMutation, CreateUploadMutationVariables>;
export const UploadDocument = new TypedDocumentString(`
    query Upload($id: ID!) {
  upload(id: $id) {
    ...UploadParts
  }
}
    fragment UploadParts on Upload {
  id
  name
  size
  sha256
  status
  offset
  uploadUrl
  createdAt
  expiresAt
}`) as unknown as TypedDocumentString<UploadQuery, UploadQueryVariables>;
export const DeleteUploadDocument = new TypedDocumentString(`
    mutation DeleteUpload($id: ID!) {
  deleteUpload(id: $id) {
    ...UploadParts
  }
}
    fragment UploadParts on Upload {
  id
  name
  size
  sha256
  status
  offset
  uploadUrl
  createdAt
  expiresAt
}`) as unknown as TypedDocumentString<DeleteUploadMutation, DeleteUploadMutationVariables>;