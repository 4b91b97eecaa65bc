import { DomainError } from '../errors.js';
import { mask } from './mask.js';
import type { Secret } from '../shell/secret.js';

const bound = 2048;

/** The last words of an output, at most 2 KiB. */
const lastWords = (text: string): string => {
  const trimmed = text.trim();
  return trimmed.length <= bound ? trimmed : `…${trimmed.slice(-bound)}`;
};

export interface Failed {
  readonly stdout: string;
  readonly stderr: string;
}

/** STEP_FAILED for `step`: what went wrong, then the engine's own last words, with no secret in them. */
export function stepFailed(
  step: string,
  what: string,
  { stdout, stderr }: Failed,
  secrets: readonly Secret[],
  retryable = false,
): DomainError {
  const words = lastWords(mask(stderr.trim() === '' ? stdout : stderr, secrets));
  return new DomainError('STEP_FAILED', `${step}: ${what}${words === '' ? '' : `: ${words}`}`, { retryable });
}
