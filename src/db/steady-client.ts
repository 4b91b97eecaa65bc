import pg from 'pg';

/**
 * A connection that may break at any moment. Between two owners (a pool and who asks it) nobody listens for that, and an
 * error that nobody listens for ends the process. Whoever uses it learns of it by the query that fails.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
