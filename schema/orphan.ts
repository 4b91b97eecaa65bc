import { Field, ID, ObjectType } from 'type-graphql';
import { OrphanKind, ServerStatus } from './enums.js';

@ObjectType({
  description:
    'What a provider has that bears the tag of DTrove and belongs to no cluster, as after a creation whose answer was lost.',
})
export class Orphan {
  @Field(() => String, { description: 'The provider that has it.' })
  provider!: string;

  @Field(() => OrphanKind, { description: 'What it is.' })
  kind!: OrphanKind;

  @Field(() => ID, { description: 'The provider’s id of it, unique among those of its kind.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The instance that it was made for; null: it was the whole cluster’s, or that was not recorded.',
  })
  instanceId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The cluster that it was made for; null where that was not recorded.',
  })
  clusterId!: string | null;

  @Field(() => ServerStatus, {
    nullable: true,
    description: 'The state of a server, as the provider sees it; null for what is no server.',
  })
  serverStatus!: ServerStatus | null;

  @Field(() => String, {
    description: 'Why it could not be removed, or what the provider says of it; empty when there is nothing to say.',
  })
  message!: string;

  @Field(() => Date, { description: 'When it was first found.' })
  firstSeenAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description:
      'When it is removed unless a row claims it; null: never by itself, as it bears no tag of this control plane.',
  })
  reapAt!: Date | null;
}
