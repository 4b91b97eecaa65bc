import { Field, ID, ObjectType } from 'type-graphql';
import { ServerStatus } from './enums.js';

@ObjectType({
  description:
    'A server at a provider that bears the tag of DTrove and belongs to no cluster, as after a creation whose answer was lost.',
})
export class Orphan {
  @Field(() => String, { description: 'The provider that has it.' })
  provider!: string;

  @Field(() => ID, { description: 'The provider’s id of it.' })
  id!: string;

  @Field(() => ID, { description: 'The instance that it was made for.' })
  instanceId!: string;

  @Field(() => ID, { description: 'The cluster that it was made for.' })
  clusterId!: string;

  @Field(() => ServerStatus, { description: 'Its state, as the provider sees it.' })
  serverStatus!: ServerStatus;

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
