import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { AuthCheckerInterface, ResolverData } from 'type-graphql';
import type { Context, Viewer } from '../context.js';
import { DomainError } from '../errors.js';
import { readOrMake } from '../secrets/private-file.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Tells the administrator's token from any other text, in constant time. */
export class Authenticator {
  private readonly expected: Buffer;

  constructor(token: string) {
    this.expected = digest(token);
  }

  /** The viewer of an `Authorization` header, or null. */
  viewer(authorization: unknown): Viewer | null {
    const [, token] = /^Bearer +(\S+)\s*$/i.exec(typeof authorization === 'string' ? authorization : '') ?? [];
    return token !== undefined && timingSafeEqual(digest(token), this.expected)
      ? { role: 'admin', name: 'admin' }
      : null;
  }
}

/** What a WebSocket's connectionParams have for `authorization`, in whatever capitals: clients take it for a header. */
export const authorizationIn = (params: Readonly<Record<string, unknown>> | undefined): unknown =>
  Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];

/** The configured token, or that of the file `admin-token` in the data directory, made at the first start (mode 0600). */
export async function loadToken({
  dataDir,
  token,
}: {
  readonly dataDir: string;
  readonly token: string;
}): Promise<{ token: string; file: string | null }> {
  if (token === '') {
    const file = join(dataDir, 'admin-token');
    return { token: await readOrMake(file, () => randomBytes(32).toString('base64url')), file };
  }
  if (token.length < 16) throw new DomainError('BAD_USER_INPUT', 'DTROVE_TOKEN: a token has at least 16 characters');
  // No header could carry another one.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new DomainError('BAD_USER_INPUT', 'DTROVE_TOKEN: a token consists of ASCII characters without blanks');
  return { token, file: null };
}

export const unauthenticated = (): DomainError =>
  new DomainError(
    'UNAUTHENTICATED',
    'send the administrator’s token: `Authorization: Bearer TOKEN`; it is in the file that `npm start` names',
    {
      field: 'authorization',
    },
  );

/** Guards every field that is marked `@Authorized()`. */
export class AuthChecker implements AuthCheckerInterface<Context> {
  check({ context }: ResolverData<Context>): boolean {
    if (context.viewer === null) throw unauthenticated();
    return true;
  }
}
