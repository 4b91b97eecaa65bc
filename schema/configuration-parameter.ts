import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';

export enum ParameterType {
  BOOLEAN = 'BOOLEAN',
  INTEGER = 'INTEGER',
  REAL = 'REAL',
  ENUM = 'ENUM',
  SET = 'SET',
  LIST = 'LIST',
  STRING = 'STRING',
}

registerEnumType(ParameterType, {
  name: 'ParameterType',
  description: 'What a value of a parameter is.',
  valuesConfig: {
    BOOLEAN: { description: 'true or false.' },
    INTEGER: { description: 'A whole number, or a text of one with a unit, such as `8MB`.' },
    REAL: { description: 'A number, or a text of one with a unit.' },
    ENUM: { description: 'One of the allowed values.' },
    SET: { description: 'A text of some of the allowed values, between commas.' },
    LIST: { description: 'A list of words, or a text of them between blanks.' },
    STRING: { description: 'A text.' },
  },
});

@ObjectType({ description: 'A parameter of an engine, as the engine itself tells of it.' })
export class ConfigurationParameter {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => ParameterType, { description: 'What a value of it is.' })
  type!: ParameterType;

  @Field(() => String, { nullable: true, description: 'What a bare number counts, such as `kB` or `ms`.' })
  unit!: string | null;

  @Field(() => Float, { nullable: true, description: 'The least number that is allowed, in its unit.' })
  min!: number | null;

  @Field(() => Float, { nullable: true, description: 'The greatest number that is allowed, in its unit.' })
  max!: number | null;

  @Field(() => [String], { nullable: true, description: 'The values of an ENUM or a SET.' })
  allowedValues!: readonly string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the engine has where nobody sets it, numbers in its unit; null: nothing.',
  })
  default!: string | null;

  @Field(() => Boolean, { description: 'Whether a change is in force only after a restart of the database.' })
  needsRestart!: boolean;

  @Field(() => String, { description: 'What it does, in the words of the engine; empty where it has none.' })
  description!: string;

  @Field(() => Boolean, { description: 'Whether it is DTrove’s own: a configuration cannot set it.' })
  managed!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it is DTrove’s own; null where it is not.' })
  managedReason!: string | null;
}
