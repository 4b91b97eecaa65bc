import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Datastore } from '../schema/datastore.js';
import { RegisterDatastoreInput } from '../schema/inputs.js';
import type { Context } from '../src/context.js';

@Resolver(() => Datastore)
export class DatastoreResolver {
  @Authorized()
  @Query(() => [Datastore], { description: 'All engine versions on offer.' })
  datastores(@Ctx() { clusters }: Context): Promise<Datastore[]> {
    return clusters.datastores();
  }

  @Authorized()
  @Query(() => Datastore, { nullable: true, description: 'One engine version; null where there is none of that id.' })
  datastore(
    @Ctx() { clusters }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Datastore | null> {
    return clusters.datastore(id);
  }

  @Authorized()
  @Mutation(() => Datastore, { description: 'Offers an engine version. The same one again gives the one there is.' })
  registerDatastore(
    @Ctx() { clusters }: Context,
    @Arg('input', () => RegisterDatastoreInput, { description: 'The engine version.' }) input: RegisterDatastoreInput,
  ): Promise<Datastore> {
    return clusters.register(input);
  }
}
