import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  validate,
  type GraphQLNamedType,
} from 'graphql';
import { resolvers } from '../../resolvers/index.js';
import { createSchema } from '../../src/api/schema.js';

const core = buildSchema(readFileSync(join(import.meta.dirname, 'core.graphql'), 'utf8'));
const schema = await createSchema(resolvers);
const own = (types: Readonly<Record<string, GraphQLNamedType>>) =>
  Object.values(types).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));

/** Every public name of the core with its type, one line each: `Cluster.operations(first: Int = 20): OperationConnection!`. */
function names(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map(
      (field) => `${type.name}.${field.name}: ${String(field.type)} = ${String(field.defaultValue)}`,
    );
  }
  if (!isObjectType(type)) return [type.name];
  return Object.values(type.getFields()).flatMap((field) => [
    `${type.name}.${field.name}: ${String(field.type)}`,
    ...field.args.map(
      (arg) => `${type.name}.${field.name}(${arg.name}: ${String(arg.type)} = ${String(arg.defaultValue)})`,
    ),
  ]);
}

/** What a client may see without a description. */
function undescribed(type: GraphQLNamedType): string[] {
  const parts: { readonly name: string; readonly description?: string | null | undefined }[] = [type];
  if (isEnumType(type)) parts.push(...type.getValues());
  if (isInputObjectType(type)) parts.push(...Object.values(type.getFields()));
  if (isObjectType(type)) parts.push(...Object.values(type.getFields()).flatMap((field) => [field, ...field.args]));
  const roots = ['Query', 'Mutation', 'Subscription'];
  return parts.flatMap(({ name, description }) =>
    (description ?? '') === '' && !roots.includes(name) ? [`${type.name}.${name}`] : [],
  );
}

describe('the public API', () => {
  it.each(own(core.getTypeMap()).map((type) => [type.name, type] as const))(
    'keeps every name of the core: %s',
    (name, type) => {
      const offered = schema.getType(name);
      expect(offered).toBeDefined();
      expect(offered === undefined ? [] : names(offered)).toEqual(expect.arrayContaining(names(type)));
    },
  );

  it('adds only optional arguments and input fields to what the core has', () => {
    const required = /: \S+! = undefined\)?$/;
    const added = own(core.getTypeMap()).flatMap((type) => {
      const offered = schema.getType(type.name);
      const known = names(type);
      const fields = new Set(known.map((name) => name.split(/[(:]/)[0]));
      const concerns = (name: string): boolean => isInputObjectType(type) || fields.has(name.split('(')[0]);
      return offered === undefined
        ? []
        : names(offered).filter((name) => !known.includes(name) && concerns(name) && required.test(name));
    });
    expect(added).toEqual([]);
  });

  it('describes every type, field, argument and enum value', () => {
    expect(own(schema.getTypeMap()).flatMap(undescribed)).toEqual([]);
  });

  it('answers what the tabs of the IDE ask', () => {
    const directory = join(import.meta.dirname, '../operations/console');
    const files = readdirSync(directory).filter((name) => name.endsWith('.graphql'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files)
      expect([name, validate(schema, parse(readFileSync(join(directory, name), 'utf8')))]).toEqual([name, []]);
  });
});
