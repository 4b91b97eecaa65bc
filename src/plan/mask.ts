import type { Secret } from '../shell/secret.js';

/** Lines shorter than this are no secret by themselves, and hiding them would garble the rest. */
const shortest = 8;

/** What must not show: each secret, and each longer line of one, as programs quote their input line by line. */
const hiddenTexts = (secrets: readonly Secret[]): string[] =>
  secrets
    .flatMap((secret) => {
      const text = secret.reveal().trim();
      return [text, ...text.split('\n').filter((line) => line.length >= shortest)];
    })
    .filter((text) => text !== '')
    // The longest first: one may hold another.
    .sort((a, b) => b.length - a.length);

/** `text` with each of `secrets` replaced by `[secret]`. */
export const mask = (text: string, secrets: readonly Secret[]): string =>
  hiddenTexts(secrets).reduce((masked, hidden) => masked.replaceAll(hidden, '[secret]'), text);

/** Passes output on line by line, masked: a secret may arrive in pieces. `flush` passes on an unfinished last line. */
export function maskLines(
  emit: (text: string) => void,
  secrets: readonly Secret[],
): { readonly push: (chunk: string) => void; readonly flush: () => void } {
  let held = '';
  return {
    push(chunk) {
      held += chunk;
      const end = held.lastIndexOf('\n') + 1;
      if (end > 0) emit(mask(held.slice(0, end), secrets));
      held = held.slice(end);
    },
    flush() {
      if (held !== '') emit(mask(held, secrets));
      held = '';
    },
  };
}
