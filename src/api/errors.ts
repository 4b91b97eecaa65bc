import { randomUUID } from 'node:crypto';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { isAway } from '../db/away.js';
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
  if (originalError === undefined || requestCodes.has(String(code))) {
    return {
      message: error.message,
      ...place,
      extensions: { code: code ?? 'GRAPHQL_VALIDATION_FAILED', ...fieldOf(error) },
    };
  }
  if (isAway(originalError)) {
    log.warn({ err: originalError }, 'the database is away');
    return {
      message: 'the control plane cannot reach its database now; try again soon',
      ...place,
      extensions: { code: 'UNAVAILABLE', retryable: true },
    };
  }
  const id = randomUUID();
  log.error({ id, err: originalError }, 'unexpected error');
  return {
    message: `unexpected error ${id}; the log of the control plane has it`,
    ...place,
    extensions: { code: 'INTERNAL', id },
  };
}

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
