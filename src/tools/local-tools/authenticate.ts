import type Connection from 'pg/lib/connection.js';
import { ConnectionError } from './messages.js';

/** Answers the server's questions for the password: SCRAM-SHA-256, and nothing that shows it to whoever asks. */
export function authenticate(connection: Connection, password: string | null): void {
  const given = (): string => {
    if (password === null) throw new ConnectionError('fe_sendauth: no password supplied');
    return password;
  };
  const guarded = async (work: () => Promise<void>) => {
    await work().catch((error: unknown) => connection.emit('error', error));
  };
  connection.once('authenticationSASL', ({ mechanisms }: { mechanisms: readonly string[] }) => {
    void guarded(async () => {
      given();
      // Loaded where it is needed only: on a socket nobody asks.
      const sasl = await import('pg/lib/crypto/sasl.js');
      const session = sasl.startSession(mechanisms);
      connection.sendSASLInitialResponseMessage(session.mechanism, session.response);
      connection.once('authenticationSASLContinue', ({ data }: { data: string }) => {
        void guarded(async () => {
          const answered = session as typeof session & { readonly response: string };
          await sasl.continueSession(session, given(), data);
          connection.sendSCRAMClientFinalMessage(answered.response);
        });
      });
      connection.once('authenticationSASLFinal', ({ data }: { data: string }) => {
        void guarded(() =>
          Promise.resolve().then(() => {
            sasl.finalizeSession(session, data);
          }),
        );
      });
    });
  });
  const refuse = (method: string) => () =>
    connection.emit('error', new ConnectionError(`the server asks for ${method}, which is refused`));
  connection.once('authenticationCleartextPassword', refuse('the password in clear'));
  connection.once('authenticationMD5Password', refuse('an MD5 password'));
}
