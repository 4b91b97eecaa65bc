/** An error or a notice of the server. */
export interface ServerMessage {
  readonly severity?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Where in a function; psql tells it of errors only. */
  readonly where?: string | undefined;
}

/** It, as psql prints it. */
export function format({ severity = 'ERROR', message = '', detail, hint, where }: ServerMessage): string {
  const more = Object.entries({ DETAIL: detail, HINT: hint, CONTEXT: where });
  const lines = more.flatMap(([name, text]) => (text === undefined ? [] : [`${name}:  ${text}`]));
  return [`${severity}:  ${message}`, ...lines].join('\n');
}

/** A statement that the server refused. */
export class ServerError extends Error {
  constructor(readonly server: ServerMessage) {
    super(format(server));
  }
}

/** A connection that could not be made, or was lost. */
export class ConnectionError extends Error {}
