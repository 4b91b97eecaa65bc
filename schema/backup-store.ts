import { Field, ID, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { BackupStoreKind } from './backup-enums.js';

@ObjectType({ description: 'A place that backups are kept in: a folder, or a bucket that speaks S3.' })
@Entity('backup_store')
@Index('backup_store_name', ['name'], { unique: true })
@Index('backup_store_one_default', ['isDefault'], { unique: true, where: 'is_default' })
export class BackupStore {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Unique.' })
  @Column('text')
  name!: string;

  @Field(() => BackupStoreKind, { description: 'What it is.' })
  @Column('text')
  kind!: BackupStoreKind;

  @Field(() => String, {
    nullable: true,
    description:
      'Of a folder, its path, the same for every worker; one that is not absolute is below the data directory. Null for a bucket.',
  })
  @Column('text', { nullable: true })
  path!: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket, the address of its S3 API.' })
  @Column('text', { nullable: true })
  endpoint!: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket, its region.' })
  @Column('text', { nullable: true })
  region!: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket, its name.' })
  @Column('text', { nullable: true })
  bucket!: string | null;

  @Field(() => String, { nullable: true, description: 'Of a bucket, what every name of an object in it begins with.' })
  @Column('text', { nullable: true })
  prefix!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of a bucket, the access key that it is used with. Its secret half is never given out.',
  })
  @Column('text', { nullable: true, name: 'access_key_id' })
  accessKeyId!: string | null;

  @Field(() => Boolean, { description: 'Whether backups go there unless another store is named.' })
  @Column('boolean', { name: 'is_default' })
  isDefault!: boolean;

  @Field(() => Date, { description: 'When it was registered.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
