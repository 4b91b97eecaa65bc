import { Field, InputType, Int } from 'type-graphql';

const pins = {
  hostKey: {
    nullable: true,
    description: 'Its public host key, one OpenSSH line as `ssh-keyscan` or /etc/ssh/ssh_host_*_key.pub gives it.',
  },
  hostKeyFingerprint: {
    nullable: true,
    description: 'The fingerprint of one of its host keys, `SHA256:…`, as `ssh-keygen -lf` prints it.',
  },
  trustOnFirstUse: {
    nullable: true,
    defaultValue: false,
    description:
      'Pin whatever host key it shows now. Only where nobody can come between: give `hostKey` or `hostKeyFingerprint` instead.',
  },
};

@InputType({ description: 'The jump host on the way to a host.' })
export class BastionInput {
  @Field(() => String, { description: 'Its IP address or name.' })
  address!: string;

  @Field(() => Int, { nullable: true, defaultValue: 22, description: 'TCP port of its sshd.' })
  port?: number | null;

  @Field(() => String, { nullable: true, description: 'The user who logs in there; the host’s unless given.' })
  user?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Private key that logs in there, in OpenSSH or PEM format; the host’s login unless given.',
  })
  privateKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Passphrase of that private key, where it has one.' })
  passphrase?: string | null;

  @Field(() => String, pins.hostKey)
  hostKey?: string | null;

  @Field(() => String, pins.hostKeyFingerprint)
  hostKeyFingerprint?: string | null;

  @Field(() => Boolean, pins.trustOnFirstUse)
  trustOnFirstUse?: boolean | null;
}

@InputType({ description: 'How much of a host may be used, where that is not what it has.' })
export class HostCapacityInput {
  @Field(() => Int, { nullable: true, description: 'Number of processors; all unless given.' })
  cpus?: number | null;

  @Field(() => Int, { nullable: true, description: 'Memory in MiB; all unless given.' })
  memoryMb?: number | null;

  @Field(() => Int, { nullable: true, description: 'Disk in GiB; all unless given.' })
  diskGb?: number | null;
}

@InputType({
  description: 'A server that exists already, with Debian or Ubuntu, for the provider `hosts`. DTrove logs in at once.',
})
export class RegisterHostInput {
  @Field(() => String, {
    description:
      'Its IP address, or a name that is resolved now: the one that other nodes and clients reach its database by.',
  })
  address!: string;

  @Field(() => Int, { nullable: true, defaultValue: 22, description: 'TCP port of its sshd.' })
  port?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The user whom SSH logs in: root, or one who may use sudo without a password; DTROVE_SSH_USER unless given.',
  })
  user?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Private key that logs in, in OpenSSH or PEM format. It is stored sealed, and shown to nobody.',
  })
  privateKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Passphrase of the private key, where it has one.' })
  passphrase?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Log in with the keys of the control plane’s SSH agent (SSH_AUTH_SOCK) in place of a private key.',
  })
  useAgent?: boolean | null;

  @Field(() => String, pins.hostKey)
  hostKey?: string | null;

  @Field(() => String, pins.hostKeyFingerprint)
  hostKeyFingerprint?: string | null;

  @Field(() => Boolean, pins.trustOnFirstUse)
  trustOnFirstUse?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Words that clusters may ask for by a flavor such as `any@ssd`: letters, digits, `.`, `_` and `-`.',
  })
  tags?: string[] | null;

  @Field(() => HostCapacityInput, { nullable: true, description: 'How much of it may be used; all unless given.' })
  capacity?: HostCapacityInput | null;

  @Field(() => BastionInput, { nullable: true, description: 'The jump host that it is reached through.' })
  bastion?: BastionInput | null;
}
