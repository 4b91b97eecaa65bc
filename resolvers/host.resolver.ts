import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Cluster } from '../schema/cluster.js';
import { RegisterHostInput } from '../schema/host-inputs.js';
import { HostConnection, HostOperationPayload } from '../schema/host-payloads.js';
import { Host } from '../schema/host.js';
import { Instance } from '../schema/instance.js';
import type { Context } from '../src/context.js';

const first = { defaultValue: 20, description: 'How many, 1 to 100.' };

@Resolver(() => Host)
export class HostResolver {
  @Authorized()
  @Query(() => HostConnection, { description: 'The pool of the provider `hosts`, oldest first, a page at a time.' })
  hosts(
    @Ctx() { hosts }: Context,
    @Arg('first', () => Int, { ...first, nullable: true }) size: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor after which the page begins.' })
    cursor?: string | null,
  ): Promise<HostConnection> {
    return hosts.page({ first: size ?? first.defaultValue, after: cursor });
  }

  @Authorized()
  @Query(() => Host, { nullable: true, description: 'One host of the pool; null where there is none of that id.' })
  host(@Ctx() { hosts }: Context, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<Host | null> {
    return hosts.host(id);
  }

  @Authorized()
  @Mutation(() => Host, {
    description:
      'Takes a server that exists already into the pool of the provider `hosts`. DTrove logs in at once, and refuses in words one that it could not work with. The same one again gives the host there is.',
  })
  registerHost(
    @Ctx() { hosts, viewer }: Context,
    @Arg('input', () => RegisterHostInput, { description: 'The server.' }) input: RegisterHostInput,
  ): Promise<Host> {
    return hosts.register(input, viewer?.role ?? '');
  }

  @Authorized()
  @Mutation(() => Host, {
    description: 'Takes a host out of the pool, which no cluster has; returns it as it was. The server stays as it is.',
  })
  removeHost(
    @Ctx() { hosts, viewer }: Context,
    @Arg('id', () => ID, { description: 'Which host.' }) id: string,
  ): Promise<Host> {
    return hosts.remove(id, viewer?.role ?? '');
  }

  @Authorized()
  @Mutation(() => HostOperationPayload, {
    description: 'Wipes off an UNCLEAN host what its last cluster left; then it is FREE.',
  })
  cleanHost(
    @Ctx() { hosts, viewer }: Context,
    @Arg('id', () => ID, { description: 'Which host.' }) id: string,
  ): Promise<HostOperationPayload> {
    return hosts.clean(id, viewer?.role ?? '');
  }

  @FieldResolver(() => String, { description: 'The pinned host key: SHA256, as ssh-keygen prints it.' })
  hostKeyFingerprint(@Root() { hostKey }: Host, @Ctx() { hosts }: Context): string {
    return hosts.fingerprint(hostKey);
  }

  @FieldResolver(() => Instance, {
    nullable: true,
    description: 'The instance that has it, or of an UNCLEAN one had it last.',
  })
  instance(@Root() { instanceId }: Host, @Ctx() { loaders }: Context): Promise<Instance | null> {
    return instanceId === null ? Promise.resolve(null) : loaders.instance.load(instanceId);
  }

  @FieldResolver(() => Cluster, {
    nullable: true,
    description: 'The cluster that has it, or of an UNCLEAN one had it last.',
  })
  cluster(@Root() { clusterId }: Host, @Ctx() { loaders }: Context): Promise<Cluster | null> {
    return clusterId === null ? Promise.resolve(null) : loaders.cluster.load(clusterId);
  }
}
