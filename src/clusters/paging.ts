import { z } from 'zod';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';

/** A page as it is asked for: `first` 1 to 100, `after` the cursor of the last one seen. */
export interface PageWish {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** A page as the database is asked: one more than wanted tells whether there is more. */
export interface Page {
  readonly limit: number;
  /** Id after which it begins; null: at the beginning. */
  readonly afterId: string | null;
}

const first = z.int().min(1).max(100);

/** An opaque place in a list. */
export const cursorOf = ({ id }: { readonly id: string }): string => Buffer.from(`id:${id}`).toString('base64url');

/** Throws BAD_USER_INPUT on `first` or `after`. */
export function parsePage(wish: PageWish): Page {
  if (!first.safeParse(wish.first).success) {
    throw new DomainError('BAD_USER_INPUT', `first: a page has 1 to 100 entries, not ${wish.first}`, {
      field: 'first',
    });
  }
  if (wish.after == null) return { limit: wish.first, afterId: null };
  const [kind, id] = Buffer.from(wish.after, 'base64url').toString().split(':');
  if (kind !== 'id' || id === undefined || !isId(id) || cursorOf({ id }) !== wish.after) {
    throw new DomainError(
      'BAD_USER_INPUT',
      'after: this is no cursor of ours; pass an `endCursor` or `cursor` as it was given',
      { field: 'after' },
    );
  }
  return { limit: wish.first, afterId: id };
}

/** The connection of the rows that were found, of which there may be one more than wanted. */
export function connectionOf<T extends { readonly id: string }>(rows: readonly T[], { limit }: Page) {
  const nodes = rows.slice(0, limit);
  const last = nodes.at(-1);
  return {
    edges: nodes.map((node) => ({ cursor: cursorOf(node), node })),
    pageInfo: { hasNextPage: rows.length > limit, endCursor: last === undefined ? null : cursorOf(last) },
  };
}
