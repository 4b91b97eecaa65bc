import { createHash, X509Certificate } from 'node:crypto';

/** SHA-256 of a certificate in PEM or DER, 64 hex digits: what `incus config trust` shows. Throws what is no certificate. */
export const fingerprintOf = (certificate: string | Buffer): string =>
  createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');
