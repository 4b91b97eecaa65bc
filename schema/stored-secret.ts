import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A sealed text that belongs to a cluster, an instance, a backup or a store of backups; opened by src/secrets/vault.ts with its id as associated data. */
@Entity('stored_secret')
@Unique('stored_secret_name', ['ownerId', 'name'])
export class StoredSecret {
  @PrimaryColumn('uuid')
  id!: string;

  /** What it belongs to. */
  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  /** What it is, such as `admin-password`; unique for one owner. */
  @Column('text')
  name!: string;

  @Column('text')
  sealed!: string;
}
