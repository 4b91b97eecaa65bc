import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { OrphanKind } from '../schema/enums.js';
import { Operation } from '../schema/operation.js';
import { Orphan } from '../schema/orphan.js';
import type { Context } from '../src/context.js';

@Resolver(() => Orphan)
export class OrphanResolver {
  @Authorized()
  @Query(() => [Orphan], {
    description: 'What the providers have that belongs to no cluster, the oldest first. For administrators.',
  })
  orphans(@Ctx() { orphans }: Context): Promise<Orphan[]> {
    return orphans.list();
  }

  @Authorized()
  @Mutation(() => Operation, {
    description: 'Removes an orphan now, without waiting for its time. For administrators.',
  })
  reapOrphan(
    @Ctx() { orphans }: Context,
    @Arg('provider', () => String, { description: 'The provider that has it.' }) provider: string,
    @Arg('id', () => ID, { description: 'The provider’s id of it.' }) id: string,
    @Arg('kind', () => OrphanKind, { description: 'What it is.', defaultValue: OrphanKind.SERVER }) kind: OrphanKind,
  ): Promise<Operation> {
    return orphans.reap({ provider, kind, id });
  }
}
