import type { ExecutionResult } from 'graphql';

/** What the control plane says of a token. */
export type Verdict =
  | { readonly kind: 'welcome'; readonly datastoreId: string | undefined }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly message: string };

export type Result = ExecutionResult<Record<string, unknown>>;

export const API_PATH = '/graphql';

/** Asks something small that only the owner of a valid token is told. */
export async function knock(token: string): Promise<Verdict> {
  try {
    const response = await send(token, { query: '{ datastores { id } }' });
    const result = await resultOf(response);
    if (isRefusal(response.status, result)) return { kind: 'refused' };
    const datastores = result.data?.['datastores'] as readonly { readonly id: string }[] | undefined;
    if (datastores) return { kind: 'welcome', datastoreId: datastores[0]?.id };
    return { kind: 'unreachable', message: result.errors?.[0]?.message ?? `It answers ${String(response.status)}.` };
  } catch (error) {
    return { kind: 'unreachable', message: error instanceof Error ? error.message : String(error) };
  }
}

export const send = (token: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(API_PATH, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });

export async function resultOf(response: Response): Promise<Result> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Result;
  } catch {
    throw new Error(`${API_PATH} answered ${String(response.status)} without JSON: ${text.slice(0, 200)}`);
  }
}

/** Whether an answer says that the token is not good. */
export const isRefusal = (status: number, { errors = [] }: Result): boolean =>
  status === 401 || errors.some(isUnauthenticated);

/** Whether an error of the API is about the token. */
export const isUnauthenticated = ({ extensions }: { readonly extensions?: { readonly code?: unknown } }): boolean =>
  extensions?.code === 'UNAUTHENTICATED';
