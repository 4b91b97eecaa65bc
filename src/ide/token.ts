const KEY = 'dtrove:token';

/** The token that was entered before: for this tab, or to be remembered. */
export const savedToken = (): string => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? '';

/** Keeps the token until the tab is closed, or in this browser for good. */
export function saveToken(token: string, remember: boolean): void {
  forgetToken();
  (remember ? localStorage : sessionStorage).setItem(KEY, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

/** Why a text cannot be a token at all; it would not even fit into a header. */
export function flawOf(token: string): string | undefined {
  if (token === '') return 'Paste the token first.';
  return /^[\x21-\x7e]+$/.test(token)
    ? undefined
    : 'A token is one word without spaces: copy the whole file, and only it.';
}
