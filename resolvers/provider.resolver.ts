import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Flavor, ProviderInfo } from '../schema/provider.js';
import type { Context } from '../src/context.js';

@Resolver()
export class ProviderResolver {
  @Authorized()
  @Query(() => [ProviderInfo], { description: 'Where servers can be made, in the order of the configuration.' })
  providers(@Ctx() { clusters }: Context): Promise<ProviderInfo[]> {
    return clusters.providers();
  }

  @Authorized()
  @Query(() => [Flavor], { description: 'The sizes of server that a provider offers.' })
  flavors(
    @Ctx() { clusters }: Context,
    @Arg('provider', () => String, { nullable: true, description: 'Its id; the default provider unless given.' })
    provider?: string | null,
    @Arg('datastoreId', () => ID, {
      nullable: true,
      description: 'A datastore that they shall run: none are listed where the provider can never run it.',
    })
    datastoreId?: string | null,
  ): Promise<Flavor[]> {
    return clusters.flavors(provider ?? null, datastoreId ?? null);
  }
}
