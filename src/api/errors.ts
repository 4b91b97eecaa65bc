import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { awayWords, isAway } from '../db/away.js';
import { DomainError } from '../errors.js';
import type { Log } from '../log.js';

/** Codes that Apollo gives to requests that are wrong by themselves: they pass as they are. */
const requestCodes = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'UNAUTHENTICATED',
]);

function extensionsOf({ code, field, operationId, retryable }: DomainError): Record<string, unknown> {
  return {
    code,
    ...(field !== undefined && { field }),
    ...(operationId !== undefined && { operationId }),
    ...(retryable && { retryable }),
  };
}

/** An error as clients see it: expected ones with their code and field, all others as INTERNAL with an id that the log also has. */
export function formatError(error: GraphQLError, log: Log): GraphQLFormattedError {
  const { originalError, locations, path } = error;
  const place = { ...(locations !== undefined && { locations }), ...(path !== undefined && { path }) };
  if (originalError instanceof DomainError) {
    return { message: originalError.message, ...place, extensions: extensionsOf(originalError) };
  }
  const code = error.extensions['code'];
  // graphql-js gives no code over WebSocket, and wraps what one of its own scalars throws.
  if (originalError === undefined || originalError instanceof GraphQLError || requestCodes.has(String(code))) {
    return { message: wordsOf(error), ...place, extensions: { code: code ?? codeOf(error), ...fieldOf(error) } };
  }
  return { ...place, ...unexpected(originalError, log) };
}

/** What nobody expected: UNAVAILABLE where the database is away, else INTERNAL with an id that the log also has. */
export function unexpected(error: unknown, log: Log): Pick<GraphQLFormattedError, 'message' | 'extensions'> {
  if (isAway(error)) {
    log.warn({ err: error }, 'the database is away');
    return { message: awayWords(error), extensions: { code: 'UNAVAILABLE', retryable: true } };
  }
  const id = randomUUID();
  log.error({ id, err: error }, 'unexpected error');
  return {
    message: `unexpected error ${id}; the log of the control plane has it`,
    extensions: { code: 'INTERNAL', id },
  };
}

// The parser calls itself for each level, and says of itself what a client cannot understand.
const wordsOf = ({ message }: GraphQLError): string =>
  message === 'Maximum call stack size exceeded' ? 'the document is nested too deep' : message;

const codeOf = ({ message }: GraphQLError): string =>
  message.startsWith('Variable "$') ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED';

/** How graphql-js names the input field of an error in the variables, the most telling first. */
const fieldNames = [
  /Field "(\w+)" (?:of required type|is not defined by type)/,
  /at "[^"]*\.(\w+)(?:\[\d+\])*"/,
  /^Variable "\$(\w+)"/,
];

function fieldOf({ message }: GraphQLError): { field?: string } {
  const field = fieldNames.flatMap((shape) => shape.exec(message)?.[1] ?? [])[0];
  return field === undefined ? {} : { field };
}
