import type { FastifyReply } from 'fastify';
import { DomainError, type ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import { unexpected } from './errors.js';

const statuses: Partial<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  NO_CAPACITY: 507,
  UNAVAILABLE: 503,
};

/** Answers a request for a file with what went wrong: in words, in the shape that GraphQL's errors have. */
export function refuseWith(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  if (!(error instanceof DomainError)) return reply.code(500).send({ errors: [unexpected(error, log)] });
  const { code, message } = error;
  return reply.code(statuses[code] ?? 500).send({ errors: [{ message, extensions: { code } }] });
}
