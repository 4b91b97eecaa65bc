import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';

const values =
  'Values by the name of the parameter, an object such as `{ "work_mem": "8MB", "max_connections": 300 }`; `configurationParameters` lists them.';

@InputType({ description: 'A configuration to make.' })
export class CreateConfigurationInput {
  @Field(() => String, {
    description: '1 to 63 letters, digits, blanks, `.`, `_` and `-`, beginning with a letter or digit; unique.',
  })
  name!: string;

  @Field(() => ID, { description: 'Whose parameters they are. Clusters of the same engine and version can have it.' })
  datastoreId!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 500 characters.' })
  description?: string | null;

  @Field(() => GraphQLJSON, { description: values })
  values!: unknown;
}

@InputType({ description: 'What shall be another way of a configuration; what is left out stays as it is.' })
export class UpdateConfigurationInput {
  @Field(() => ID, { description: 'Which configuration.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Another name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Another description.' })
  description?: string | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: `${values} These are set; null as a value takes a parameter out of it; the others stay.`,
  })
  values?: unknown;
}
