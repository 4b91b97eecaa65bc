import { describe, expect, it } from '@jest/globals';
import { buildSchema, graphql, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { QueryFailedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { formatError } from '../../../src/api/errors.js';
import { DomainError } from '../../../src/errors.js';
import { quiet, recordingLog } from '../../support/log.js';

const schema = buildSchema(`
  input Wish { name: String! size: Int tags: [String!] }
  type Query { ask(wish: Wish, first: Int): String }
`);

/** What a client is shown of the first error of a request. */
async function shown(
  source: string,
  { variables = {}, throws }: { variables?: Record<string, unknown>; throws?: unknown } = {},
): Promise<GraphQLFormattedError> {
  const rootValue = {
    ask: () => {
      throw throws;
    },
  };
  const { errors } = await graphql({ schema, source, rootValue, variableValues: variables });
  const [error] = errors ?? [];
  if (error === undefined) throw new Error('there was no error');
  return formatError(error, quiet);
}

const thrown = (error: unknown): Promise<GraphQLFormattedError> => shown('{ ask }', { throws: error });
const failedQuery = (code: string, words: string): QueryFailedError =>
  new QueryFailedError('SELECT secret', ['hunter2'], Object.assign(new Error(words), { code }));

describe('an expected error', () => {
  it('is shown with its words, its code and its field', async () => {
    expect(await thrown(new DomainError('BAD_USER_INPUT', 'size: too many', { field: 'size' }))).toEqual({
      message: 'size: too many',
      path: ['ask'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'BAD_USER_INPUT', field: 'size' },
    });
  });

  it('names the operation in the way, and whether trying again may help', async () => {
    const error = new DomainError('CONFLICT', 'busy', { operationId: 'x', retryable: true });
    expect((await thrown(error)).extensions).toEqual({ code: 'CONFLICT', operationId: 'x', retryable: true });
  });
});

describe('an unexpected error', () => {
  it('is shown as INTERNAL with an id that the log has too, and with nothing of what it says', async () => {
    const { log, lines } = recordingLog();
    const { errors } = await graphql({
      schema,
      source: '{ ask }',
      rootValue: {
        ask: () => {
          throw new TypeError('secret words');
        },
      },
    });
    const [error] = errors ?? [];
    if (error === undefined) throw new Error('there was no error');
    const { message, extensions } = formatError(error, log);
    const id = String(extensions?.['id']);

    expect(extensions).toEqual({ code: 'INTERNAL', id });
    expect(message).toBe(`unexpected error ${id}; the log of the control plane has it`);
    expect(JSON.stringify({ message, extensions })).not.toMatch(/secret words| at /);
    expect(lines).toEqual([
      expect.objectContaining({
        id,
        msg: 'unexpected error',
        err: expect.objectContaining({ message: 'secret words' }) as unknown,
      }),
    ]);
  });

  it.each([
    ['a query that is wrong', failedQuery('42703', 'column "secret" does not exist')],
    ['something that is no error', 'secret words'],
  ])('shows nothing of %s', async (_what, error) => {
    const { message, extensions } = await thrown(error);
    expect(extensions?.['code']).toBe('INTERNAL');
    expect(message).not.toMatch(/secret|hunter2/);
  });
});

const unreachable = 'the control plane cannot reach its database now; try again soon';

const outages: readonly (readonly [string, Error, string?])[] = [
  ['refuses connections', Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
  ['is shutting down', failedQuery('57P03', 'the database system is shutting down')],
  ['ended the connection', failedQuery('57P01', 'terminating connection due to administrator command')],
  [
    'has no connection left',
    failedQuery('53300', 'sorry, too many clients already'),
    'the control plane’s database takes no more connections (its max_connections is reached); try again soon',
  ],
  [
    'has no disk left',
    failedQuery('53100', 'could not extend file: No space left on device'),
    'the disk of the control plane’s database is full; make room there, then try again',
  ],
  ['broke the connection', new Error('Connection terminated unexpectedly')],
  ['gives no connection in time', new Error('timeout exceeded when trying to connect')],
  ['broke it within a transaction', new QueryRunnerProviderAlreadyReleasedError()],
];

describe('a database that is away', () => {
  it.each(outages)(
    'is told as UNAVAILABLE, to be tried again, when it %s',
    async (_what, error, words = unreachable) => {
      const { message, extensions } = await thrown(error);
      expect({ message, extensions }).toEqual({
        message: words,
        extensions: { code: 'UNAVAILABLE', retryable: true },
      });
    },
  );
});

describe('a request that is wrong by itself', () => {
  const ask = 'query ($wish: Wish, $first: Int) { ask(wish: $wish, first: $first) }';

  it('keeps its words, with the code that a client can rely on', async () => {
    const { message, extensions } = await shown('{ nothing }');
    expect(message).toContain('Cannot query field "nothing"');
    expect(extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it.each([
    ['a field that is missing', { wish: { size: 1 } }, 'name'],
    ['a field that is null', { wish: { name: null } }, 'name'],
    ['a field of another type', { wish: { name: 'a', size: 'many' } }, 'size'],
    ['an entry of a list', { wish: { name: 'a', tags: ['b', null] } }, 'tags'],
    ['a field that there is not', { wish: { name: 'a', colour: 'red' } }, 'colour'],
    ['an argument', { first: 1.5 }, 'first'],
  ])('names the field of %s', async (_what, variables, field) => {
    expect((await shown(ask, { variables })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('keeps the code that it has already', () => {
    const error = new GraphQLError('Syntax Error', { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
    expect(formatError(error, quiet).extensions).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
  });
});
