import { readFileSync } from 'node:fs';
import type { ConnectionTarget } from './conninfo.js';

export interface Ssl {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly checkServerIdentity?: () => undefined;
}

/** What libpq's sslmode means for TLS. Throws where the file of the authority cannot be read. */
export function sslOf({ sslmode, sslrootcert }: ConnectionTarget): Ssl | false {
  if (sslmode === 'disable') return false;
  const ca = sslrootcert === null ? {} : { ca: readFileSync(sslrootcert, 'utf8') };
  if (sslmode === 'verify-full') return { rejectUnauthorized: true, ...ca };
  // With a file of the authority, `require` verifies too, as libpq does; the name is for verify-full alone.
  const verify = sslmode === 'verify-ca' || (sslmode === 'require' && sslrootcert !== null);
  return { rejectUnauthorized: verify, ...(verify ? ca : {}), checkServerIdentity: () => undefined };
}
