import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { knock } from './api.js';
import { TokenForm, type Entered } from './token-form.js';
import { savedToken, saveToken } from './token.js';

// The editor is large; the form before it is not.
const Console = lazy(async () => ({ default: (await import('./editor.js')).Console }));

type Session = Pick<Entered, 'token' | 'datastoreId'>;
type Asking = { readonly reason?: string };

/** The token first, once; then the console. A token that stops being good is asked for above the console, not instead. */
export function App() {
  const [session, setSession] = useState<Session>();
  const [asking, setAsking] = useState<Asking>();

  useEffect(() => {
    void restore().then(({ session, asking }) => {
      setSession(session);
      setAsking(asking);
    });
  }, []);

  const refused = useCallback(() => {
    setAsking({ reason: 'The control plane accepts the token no longer.' });
  }, []);
  const change = useCallback(() => {
    setAsking({});
  }, []);
  const entered = ({ token, remember, datastoreId }: Entered) => {
    saveToken(token, remember);
    setSession({ token, datastoreId });
    setAsking(undefined);
  };

  return (
    <>
      {session && (
        <div className="console" inert={asking !== undefined}>
          <Suspense fallback={<p className="opening">Opening the editor …</p>}>
            <Console {...session} onRefused={refused} onChangeToken={change} />
          </Suspense>
        </div>
      )}
      {asking && (
        <TokenForm
          reason={asking.reason}
          onEntered={entered}
          onCancel={
            session && asking.reason === undefined
              ? () => {
                  setAsking(undefined);
                }
              : undefined
          }
        />
      )}
    </>
  );
}

/** Goes on with the token of last time, if it is still good. */
async function restore(): Promise<{ session?: Session; asking?: Asking }> {
  const token = savedToken();
  if (token === '') return { asking: {} };
  const verdict = await knock(token);
  if (verdict.kind === 'welcome') return { session: { token, datastoreId: verdict.datastoreId } };
  if (verdict.kind === 'refused')
    return { asking: { reason: 'The control plane does not accept the token of last time.' } };
  // The control plane is away for a moment: no fault of the token, which GraphiQL will show by itself.
  return { session: { token, datastoreId: undefined } };
}
