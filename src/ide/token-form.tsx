import { useState, type FormEvent } from 'react';
import { knock } from './api.js';
import logo from './logo.svg';
import { flawOf } from './token.js';

export interface Entered {
  readonly token: string;
  readonly remember: boolean;
  readonly datastoreId: string | undefined;
}

interface Props {
  /** Why the token is asked for again. */
  readonly reason?: string | undefined;
  readonly onEntered: (entered: Entered) => void;
  /** Where there is a token to go on with. */
  readonly onCancel?: (() => void) | undefined;
}

/** Asks for the administrator's token, and lets nobody pass whose token the API refuses. */
export function TokenForm({ reason, onEntered, onCancel }: Props) {
  const [token, setToken] = useState('');
  const [visible, setVisible] = useState(false);
  const [remember, setRemember] = useState(true);
  const [complaint, setComplaint] = useState(reason);
  const [busy, setBusy] = useState(false);

  const enter = async (word: string) => {
    const flaw = flawOf(word);
    if (flaw !== undefined) {
      setComplaint(flaw);
      return;
    }
    setBusy(true);
    const verdict = await knock(word);
    setBusy(false);
    if (verdict.kind === 'welcome') onEntered({ token: word, remember, datastoreId: verdict.datastoreId });
    else if (verdict.kind === 'refused')
      setComplaint('The control plane refused that token: it is not the one in its file.');
    else setComplaint(`The control plane does not answer as it should: ${verdict.message}`);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(token.trim());
  };

  return (
    <main className="gate">
      <form className="card" onSubmit={submit} noValidate>
        <h1>
          <img src={logo} alt="" width="36" height="36" /> DTrove
        </h1>
        <label htmlFor="token">Administrator’s token</label>
        <div className="entry">
          <input
            id="token"
            type={visible ? 'text' : 'password'}
            value={token}
            onChange={(event) => {
              setToken(event.target.value);
              setComplaint(undefined);
            }}
            autoComplete="current-password"
            spellCheck={false}
            autoFocus
            aria-invalid={complaint !== undefined}
            aria-describedby="where complaint"
          />
          <button
            type="button"
            className="button"
            onClick={() => {
              setVisible(!visible);
            }}
          >
            {visible ? 'Hide' : 'Show'}
          </button>
        </div>
        <p id="complaint" className="complaint" role="alert">
          {complaint}
        </p>
        <p id="where" className="where">
          The control plane wrote it into a file at its first start. <code>npm start</code> prints the file’s path; by
          default it is <code>.dtrove/admin-token</code> in the directory where it was started.
        </p>
        <label className="remember">
          <input
            type="checkbox"
            checked={remember}
            onChange={(event) => {
              setRemember(event.target.checked);
            }}
          />
          Remember it in this browser
        </label>
        <div className="actions">
          {onCancel && (
            <button type="button" className="button" onClick={onCancel}>
              Cancel
            </button>
          )}
          <button type="submit" className="button primary" disabled={busy}>
            {busy ? 'Asking …' : 'Open'}
          </button>
        </div>
      </form>
    </main>
  );
}
