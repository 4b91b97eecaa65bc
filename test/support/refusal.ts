import { expect } from '@jest/globals';
import type { Answer, Api } from './api.js';
import { changingNothing } from './inventory.js';

/** What may be in no answer: how we are made. */
export const internals = /\bstack|node_modules|\.js:\d|\n {4}at |QueryFailed|relation "|syntax error at or near/i;

export interface Document {
  toString(): string;
}

/** The code and the field of the one error of an answer: it has words, gives no data, and tells nothing of our inside. */
export function refusal({ errors, data }: Answer<unknown>): { code?: string; field?: string } {
  expect(errors).toHaveLength(1);
  expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
  const [error] = errors ?? [];
  expect(error?.message).toMatch(/\S/);
  expect(JSON.stringify(error)).not.toMatch(internals);
  return error?.extensions ?? {};
}

/** A request that is refused with this code and field, and changes nothing. */
export async function refuses(
  api: Api,
  document: Document,
  variables: object,
  extensions: { readonly code: string; readonly field: string },
): Promise<void> {
  const answer = await changingNothing(api, () => api.ask(document.toString(), variables));
  expect(refusal(answer)).toMatchObject(extensions);
}
