// The parts of `pg` below its Client: a Client takes 10 ms more to load, at every call of psql.
declare module 'pg/lib/connection.js' {
  import type { EventEmitter } from 'node:events';
  import type { Duplex } from 'node:stream';
  import type { SecureContextOptions } from 'node:tls';

  interface Ssl extends SecureContextOptions {
    readonly rejectUnauthorized: boolean;
    readonly checkServerIdentity?: () => undefined;
  }

  export default class Connection extends EventEmitter {
    constructor(options: { readonly ssl: Ssl | false });
    readonly stream: Duplex;
    connect(portOrPath: number | string, host?: string): void;
    requestSsl(): void;
    startup(parameters: Readonly<Record<string, string>>): void;
    password(password: string): void;
    sendSASLInitialResponseMessage(mechanism: string, response: string): void;
    sendSCRAMClientFinalMessage(message: string): void;
    query(text: string): void;
    end(): void;
  }
}

declare module 'pg/lib/crypto/sasl.js' {
  interface SaslSession {
    readonly mechanism: string;
    readonly response: string;
  }
  export function startSession(mechanisms: readonly string[]): SaslSession;
  export function continueSession(session: SaslSession, password: string, data: string): Promise<void>;
  export function finalizeSession(session: SaslSession, data: string): void;
}
