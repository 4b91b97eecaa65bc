import { Field, ID, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Cluster } from './cluster.js';

@ObjectType({
  description: 'The SSH key pair of one cluster. Its private half and its passphrase never leave the control plane.',
})
@Entity('key')
@Unique('key_cluster', ['clusterId'])
export class Key {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Name of the cluster that it opens.' })
  @Column('text')
  name!: string;

  @ForeignKey(() => Cluster, { name: 'key_cluster_fk' })
  @Column('uuid', { name: 'cluster_id' })
  clusterId!: string;

  @Field(() => String, { name: 'public', description: 'The public half, one line in OpenSSH format.' })
  @Column('text', { name: 'public_key' })
  publicKey!: string;

  /** Sealed by src/secrets/vault.ts, as is the passphrase. */
  @Column('text', { name: 'private_key' })
  privateKey!: string;

  @Column('text')
  passphrase!: string;

  @Field(() => Date, { description: 'When it was made.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
