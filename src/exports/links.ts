import { DomainError } from '../errors.js';
import type { Vault } from '../secrets/vault.js';

export type Signer = Pick<Vault, 'sign' | 'isSigned'>;

/** What a link allows: its words are signed with it, so that one is no use for the other. */
export type Purpose = 'download' | 'upload';

export interface Link {
  readonly url: string;
  readonly expiresAt: Date;
}

const signed = (purpose: Purpose, path: string, seconds: string): string => `${purpose} ${path} ${seconds}`;

/** A link to `path` for whoever has it, until it expires. */
export function linkTo(signer: Signer, baseUrl: string, purpose: Purpose, path: string, expiresAt: Date): Link {
  const seconds = String(Math.ceil(expiresAt.getTime() / 1000));
  const query = new URLSearchParams({ expires: seconds, signature: signer.sign(signed(purpose, path, seconds)) });
  return { url: `${baseUrl}${path}?${query.toString()}`, expiresAt: new Date(Number(seconds) * 1000) };
}

export interface Given {
  readonly expires?: string | undefined;
  readonly signature?: string | undefined;
}

/** Throws FORBIDDEN in words: a link that was changed, or is too old. */
export function assertLink(
  signer: Signer,
  purpose: Purpose,
  path: string,
  { expires = '', signature = '' }: Given,
  now = Date.now(),
): void {
  if (!/^\d{1,12}$/.test(expires) || !signer.isSigned(signed(purpose, path, expires), signature))
    throw new DomainError(
      'FORBIDDEN',
      `the signature of this ${purpose} link is wrong: it was changed, or made by another control plane. Ask the API for a new one`,
    );
  if (Number(expires) * 1000 < now)
    throw new DomainError(
      'FORBIDDEN',
      `this ${purpose} link has expired at ${new Date(Number(expires) * 1000).toISOString()}; ask the API for a new one`,
    );
}
