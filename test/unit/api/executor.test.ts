import { describe, expect, it } from '@jest/globals';
import { buildSchema, execute, parse, type DocumentNode, type ExecutionResult, type GraphQLObjectType } from 'graphql';
import type { Context } from '../../../src/context.js';
import { DomainError } from '../../../src/errors.js';
import { compile } from '../../../src/api/compile.js';
import { Executor } from '../../../src/api/executor.js';

const schema = buildSchema(`
  type Query { nodes(first: Int = 2, wish: Wish): [Node!]! node(id: ID!): Node }
  type Mutation { count: Int! }
  input Wish { name: String! }
  type Node { id: ID! name: String! peer: Node peers: [Node!]! broken: String! missing: String odd: Int }
`);
let counted = 0;
let failed = 0;
interface Node {
  readonly id: number;
}
/** Compiled queries call no function that a field's value is: each field has its resolver, as TypeGraphQL's have. */
const resolvers: Record<string, Record<string, (source: Node, args: Record<string, unknown>) => unknown>> = {
  Query: {
    nodes: (_, { first, wish }) =>
      Array.from({ length: wish === undefined ? (first as number) : 1 }, (_x, id) => ({ id })),
    node: (_, { id }) => ({ id: Number(id) }),
  },
  Node: {
    name: ({ id }) => Promise.resolve(`n${id}`),
    peer: ({ id }) => Promise.resolve({ id: id + 1 }),
    peers: ({ id }) => [{ id: id + 1 }, Promise.resolve({ id: id + 2 })],
    broken: ({ id }) => {
      failed += 1;
      return Promise.reject(new DomainError('NOT_FOUND', `no ${id}`));
    },
    odd: () => 'no number',
  },
};
for (const [type, fields] of Object.entries(resolvers)) {
  for (const [name, resolve] of Object.entries(fields)) {
    const field = (schema.getType(type) as GraphQLObjectType).getFields()[name];
    if (field !== undefined) field.resolve = (source: Node, args: Record<string, unknown>) => resolve(source, args);
  }
}
const count = schema.getMutationType()?.getFields()['count'];
if (count !== undefined) count.resolve = () => (counted += 1);

const context = {} as Context;

function executor(): {
  /** How many answers a compiled query has given. */
  compiled: () => number;
  ask: (document: DocumentNode, ...rest: Asked) => Promise<ExecutionResult>;
} {
  let answered = 0;
  const made = new Executor(schema, async (...args) => {
    const compiled = await compile(...args);
    if (compiled === null) return null;
    return async (...asked) => {
      const result = await compiled(...asked);
      if (result.errors === undefined) answered += 1;
      return result;
    };
  });
  return {
    compiled: () => answered,
    ask: (document, variables, operationName) => made.answer({ document, operationName, variables, context }),
  };
}
type Asked = [variables?: Record<string, unknown>, operationName?: string];

/** What graphql-js answers, to the letter: the order of keys is part of it. */
const plainly = async (document: DocumentNode, ...[variables, operationName]: Asked): Promise<string> =>
  JSON.stringify(await execute({ schema, document, variableValues: variables, operationName, contextValue: context }));

const times = [1, 2, 3, 4, 5];

describe('a query that is asked again and again', () => {
  it.each<[string, string, Asked, number]>([
    [
      'fields, aliases, lists and promises',
      '{ nodes { id called: name peer { id peers { name __typename } } missing } }',
      [],
      3,
    ],
    [
      'fragments',
      'query { node(id: 3) { ...a } } fragment a on Node { id ...b } fragment b on Node { name ... on Node { peer { id } } }',
      [],
      3,
    ],
    ['variables with defaults', 'query Q($first: Int = 3) { nodes(first: $first) { id } }', [], 3],
    ['variables', 'query Q($wish: Wish) { nodes(wish: $wish) { name } }', [{ wish: { name: 'x' } }], 3],
    [
      'a variable that does not fit',
      'query Q($wish: Wish) { nodes(wish: $wish) { name } }',
      [{ wish: { other: 1 } }],
      0,
    ],
    ['a variable that is not given', 'query Q($id: ID!) { node(id: $id) { name } }', [], 0],
    ['one operation of several', 'query A { node(id: 1) { id } } query B { node(id: 2) { id } }', [{}, 'B'], 3],
    ['an operation that is not there', 'query A { node(id: 1) { id } } query B { node(id: 2) { id } }', [{}, 'C'], 0],
    ['an error below what may be null', '{ nodes { id peer { id broken } } }', [], 0],
    ['an error below what may not be null', '{ nodes { broken } }', [], 0],
    ['a value that is none of its type', '{ node(id: 1) { id odd } }', [], 0],
    ['a directive', 'query Q($no: Boolean = false) { node(id: 1) { id @include(if: $no) name } }', [], 0],
    ['introspection', '{ __schema { queryType { name } } }', [], 0],
  ])('%s: is answered as graphql-js answers it', async (_what, text, asked, compiledAnswers) => {
    const document = parse(text);
    const { ask, compiled } = executor();
    const expected = await plainly(document, ...asked);
    for (const time of times)
      expect(`${time} ${JSON.stringify(await ask(document, ...asked))}`).toBe(`${time} ${expected}`);
    expect(compiled()).toBe(compiledAnswers);
  });

  it('its errors keep what was thrown, which formats them', async () => {
    const { ask } = executor();
    const document = parse('{ node(id: 1) { broken } }');
    for (const time of times) {
      const { errors } = await ask(document);
      expect([time, errors?.[0]?.originalError]).toEqual([time, expect.any(DomainError)]);
    }
  });

  it('what went wrong once is not done twice from then on', async () => {
    const { ask } = executor();
    const document = parse('{ node(id: 1) { broken } }');
    const done: number[] = [];
    while (done.length < times.length) {
      const before = failed;
      await ask(document);
      done.push(failed - before);
    }
    expect(done).toEqual([1, 1, 2, 1, 1]);
  });

  it('a mutation is not compiled, and done once', async () => {
    const { ask, compiled } = executor();
    const document = parse('mutation { count }');
    counted = 0;
    for (const time of times) expect(await ask(document)).toEqual({ data: { count: time } });
    expect(compiled()).toBe(0);
  });

  it('fragments in fragments that come to millions of fields are not written out', async () => {
    const fragments = Array.from(
      { length: 25 },
      (_, i) => `fragment f${i} on Node { a: peer { ...f${i + 1} } b: peer { ...f${i + 1} } }`,
    );
    // Its data ends at once; only somebody who writes everything out beforehand would be busy.
    const document = parse(`{ nodes(first: 0) { ...f0 } } ${fragments.join('\n')} fragment f25 on Node { id }`);
    const { ask, compiled } = executor();
    for (const time of times) expect([time, await ask(document)]).toEqual([time, { data: { nodes: [] } }]);
    expect(compiled()).toBe(0);
  });
});
