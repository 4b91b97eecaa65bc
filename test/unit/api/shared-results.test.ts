import { describe, expect, it } from '@jest/globals';
import { buildSchema, GraphQLError, parse, type DocumentNode, type ExecutionResult } from 'graphql';
import { SharedResults } from '../../../src/api/shared-results.js';

type Event = Readonly<{ said: string }>;

const schema = buildSchema(`
  type Query { nothing: Int }
  type Subscription { told(by: Int): String }
`);
const document = parse('subscription ($by: Int) { told(by: $by) }');

/** Subscribers of the same two events, and how often what they ask has been worked out. */
function shared() {
  const { subscribe } = new SharedResults();
  const events: Event[] = [{ said: 'one' }, { said: 'two' }];
  const worked: string[] = [];
  const ended: boolean[] = [];
  const { told } = schema.getSubscriptionType()?.getFields() ?? {};
  if (told === undefined) throw new Error('no field');
  told.subscribe = () => {
    const left = [...events];
    return {
      next: () =>
        Promise.resolve(left.length > 0 ? { value: left.shift(), done: false } : { value: undefined, done: true }),
      return: () => {
        ended.push(true);
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  told.resolve = ({ said }: Event) => {
    worked.push(said);
    if (said === 'broken') throw new Error('it is broken');
    return said;
  };
  const ask = async (name = 'admin', by = 1, query: DocumentNode = document) => {
    const contextValue = { viewer: { role: 'admin', name } };
    const results = await subscribe({ schema, document: query, contextValue, variableValues: { by } });
    if (!(Symbol.asyncIterator in results)) throw new Error(JSON.stringify(results));
    return results;
  };
  const all = async (...asked: Parameters<typeof ask>) => {
    const results: ExecutionResult[] = [];
    for await (const result of await ask(...asked)) results.push(result);
    return results;
  };
  return { subscribe, told, events, worked, ended, ask, all };
}

describe('the results of subscriptions', () => {
  it('are worked out once for an event, however many ask the same of it, and all get them', async () => {
    const { all, worked } = shared();
    const results = await Promise.all(Array.from({ length: 5 }, () => all()));
    for (const result of results) expect(result).toEqual([{ data: { told: 'one' } }, { data: { told: 'two' } }]);
    expect(worked).toEqual(['one', 'two']);
  });

  it.each<[string, string, number, DocumentNode]>([
    ['other variables', 'admin', 2, document],
    ['another viewer', 'somebody else', 1, document],
    ['another document', 'admin', 1, parse('subscription { told }')],
  ])('are worked out anew for %s', async (_what, name, by, query) => {
    const { all, worked } = shared();
    await all();
    await all(name, by, query);
    expect(worked).toEqual(['one', 'two', 'one', 'two']);
  });

  it('that failed are errors to all, and nothing is worked out again', async () => {
    const { all, events, worked } = shared();
    events.splice(0, 2, { said: 'broken' });
    const [one, two] = await Promise.all([all(), all()]);
    expect(one[0]?.errors?.[0]?.message).toBe('it is broken');
    expect(two).toEqual(one);
    expect(worked).toEqual(['broken']);
  });

  it('end their source when they are left', async () => {
    const { ask, ended } = shared();
    const results = await ask();
    await results.next();
    await results.return?.();
    expect(ended).toEqual([true]);
  });

  it('of a subscription that is refused are its errors', async () => {
    const { subscribe, told } = shared();
    told.subscribe = () => {
      throw new GraphQLError('there is no such cluster');
    };
    const refused = await subscribe({ schema, document, contextValue: { viewer: null } });
    expect(refused).toMatchObject({ errors: [{ message: 'there is no such cluster' }] });
  });
});
