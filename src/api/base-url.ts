import type { IncomingHttpHeaders } from 'node:http';

/** What links to this API begin with: as it is configured, else as the client has reached it. */
export function baseUrlOf(configured: string, headers: IncomingHttpHeaders): string {
  if (configured !== '') return configured.replace(/\/+$/, '');
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  return `${scheme}://${headers.host ?? 'localhost'}`;
}
