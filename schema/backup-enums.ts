import { registerEnumType } from 'type-graphql';

export enum BackupStoreKind {
  FOLDER = 'FOLDER',
  S3 = 'S3',
}

export enum BackupStatus {
  CREATING = 'CREATING',
  AVAILABLE = 'AVAILABLE',
  FAILED = 'FAILED',
  DELETING = 'DELETING',
  DELETED = 'DELETED',
}

registerEnumType(BackupStoreKind, {
  name: 'BackupStoreKind',
  description: 'What a store of backups is.',
  valuesConfig: {
    FOLDER: { description: 'A directory that the workers write; the bytes come over SSH.' },
    S3: { description: 'A bucket; the bytes go there straight from the database server.' },
  },
});

registerEnumType(BackupStatus, {
  name: 'BackupStatus',
  description: 'Where a backup stands in its life.',
  valuesConfig: {
    CREATING: { description: 'It is being made; nothing of it can be restored.' },
    AVAILABLE: { description: 'It is whole, and can be restored.' },
    FAILED: { description: 'It was not made; the message says why.' },
    DELETING: { description: 'It is being removed from its store.' },
    DELETED: { description: 'It is gone; the row stays for its history.' },
  },
});
