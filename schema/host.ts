import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

export enum HostState {
  FREE = 'FREE',
  TAKEN = 'TAKEN',
  UNCLEAN = 'UNCLEAN',
  CLEANING = 'CLEANING',
}

registerEnumType(HostState, {
  name: 'HostState',
  description: 'Whether a host can be given to a cluster.',
  valuesConfig: {
    FREE: { description: 'It waits for a cluster.' },
    TAKEN: { description: 'A cluster has it.' },
    UNCLEAN: {
      description: 'What a cluster left on it could not be wiped; nobody gets it until `cleanHost` has succeeded.',
    },
    CLEANING: { description: '`cleanHost` is at it.' },
  },
});

@ObjectType({ description: 'The jump host that a host is reached through.' })
export class Bastion {
  @Field(() => String, { description: 'Its address.' })
  address!: string;

  @Field(() => Int, { description: 'TCP port of its sshd.' })
  port!: number;

  @Field(() => String, { description: 'The user who logs in there.' })
  user!: string;

  /** Its pinned public host key. */
  hostKey!: string;

  @Field(() => String, { description: 'Its pinned host key: SHA256, as ssh-keygen prints it.' })
  hostKeyFingerprint!: string;

  /** Whether it has a login of its own; else it is the host's. */
  ownLogin!: boolean;
}

@ObjectType({
  description: 'A server that exists already, registered for the provider `hosts`. Its private key is never shown.',
})
@Entity('host')
@Index('host_address', ['place'], { unique: true })
@Index('host_machine', ['machineId'], { unique: true })
@Index('host_instance', ['instanceId'], { unique: true, where: "state = 'TAKEN'" })
export class Host {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  /** Address and port, seen from where it is reached: what tells hosts apart. */
  @Column('text')
  place!: string;

  @Field(() => String, { description: 'Its IP address: SSH, the other nodes of a cluster and clients use it.' })
  @Column('text')
  address!: string;

  @Field(() => Int, { description: 'TCP port of its sshd.' })
  @Column('int')
  port!: number;

  @Field(() => String, { description: 'The user whom SSH logs in; may become root by DTROVE_PREFIX.' })
  @Column('text')
  user!: string;

  /** Pinned at its registration. */
  @Column('text', { name: 'host_key' })
  hostKey!: string;

  @Field(() => [String], { description: 'What was told of it; a flavor such as `any@ssd` asks for one.' })
  @Column('text', { array: true })
  tags!: string[];

  @Field(() => Int, { description: 'Number of processors.' })
  @Column('int')
  cpus!: number;

  @Field(() => Int, { description: 'Memory in MiB.' })
  @Column('int', { name: 'memory_mb' })
  memoryMb!: number;

  @Field(() => Int, { description: 'Disk in GiB, where databases lie.' })
  @Column('int', { name: 'disk_gb' })
  diskGb!: number;

  @Field(() => String, { description: 'Its operating system, such as `debian-13`: what a datastore’s image names.' })
  @Column('text')
  os!: string;

  /** What systemd calls the machine; null where it has none. */
  @Column('text', { nullable: true, name: 'machine_id' })
  machineId!: string | null;

  @Field(() => HostState, { description: 'Whether it can be given to a cluster.' })
  @Column('text')
  state!: HostState;

  @Field(() => String, { description: 'Why it is in that state, in words; empty when all is well.' })
  @Column('text')
  message!: string;

  @Field(() => Bastion, { nullable: true, description: 'The jump host on the way to it; null where there is none.' })
  @Column('jsonb', { nullable: true })
  bastion!: Bastion | null;

  /** Sealed by src/secrets/vault.ts with the id of this row: what logs in to the host and to its bastion. */
  @Column('jsonb')
  login!: object;

  /** The instance that has it, or (UNCLEAN) had it last. No reference: a provider knows keys, not rows. */
  @Column('uuid', { nullable: true, name: 'instance_id' })
  instanceId!: string | null;

  @Column('uuid', { nullable: true, name: 'cluster_id' })
  clusterId!: string | null;

  @Field(() => Boolean, { description: 'Whether it came from DTROVE_HOSTS_FILE.' })
  @Column('boolean', { name: 'from_file' })
  fromFile!: boolean;

  @Field(() => Date, { description: 'When it was registered.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
