import { describe, expect, it } from '@jest/globals';
import { connectionOf, cursorOf, parsePage } from '../../../src/clusters/paging.js';
import { newId } from '../../../src/ids.js';

const rows = Array.from({ length: 4 }, () => ({ id: newId() }));

describe('a cursor', () => {
  it('leads back to where it came from', () => {
    for (const row of rows)
      expect(parsePage({ first: 3, after: cursorOf(row) })).toEqual({ limit: 3, afterId: row.id });
  });

  it.each([
    ['nothing', ''],
    ['a word', 'nonsense'],
    ['an id as it is', rows[0]?.id ?? ''],
    ['no id in it', Buffer.from('id:nonsense').toString('base64url')],
    ['another kind', Buffer.from(`offset:${rows[0]?.id ?? ''}`).toString('base64url')],
    ['more behind it', `${cursorOf({ id: newId() })}AA`],
    ['other base64', cursorOf({ id: newId() }).concat('=')],
    ['an id in capitals', cursorOf({ id: newId().toUpperCase() }).replace(/$/, '!')],
  ])('that is none of ours is refused: %s', (_what, after) => {
    expect(() => parsePage({ first: 3, after })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'after' }),
    );
  });
});

describe('a page', () => {
  it.each([1, 20, 100])('may have %i entries', (first) => {
    expect(parsePage({ first, after: null })).toEqual({ limit: first, afterId: null });
  });

  it.each([0, -1, 101, 1.5, Number.NaN])('may not have %p entries', (first) => {
    expect(() => parsePage({ first })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'first' }));
  });

  it('shows as many as were wanted, and tells by the one more that there are more', () => {
    const page = connectionOf(rows, { limit: 3, afterId: null });
    const [, , last] = rows;
    expect(page.edges.map(({ node }) => node)).toEqual(rows.slice(0, 3));
    expect(page.pageInfo).toEqual({ hasNextPage: true, endCursor: last === undefined ? '' : cursorOf(last) });
  });

  it('is the last when there is no more, and has no end when it is empty', () => {
    expect(connectionOf(rows, { limit: 4, afterId: null }).pageInfo.hasNextPage).toBe(false);
    expect(connectionOf([], { limit: 4, afterId: null })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });
});
