import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { createAuthority, issueCertificate, type Certified } from '../../../src/secrets/certificates.js';

const years = 365 * 24 * 3_600_000;

/** What a verifying client finds at a server with `server`'s certificate that it reaches by `host`. */
async function handshake(server: Certified, ca: string, host: string): Promise<string> {
  const listener = createServer({ cert: server.certificate, key: server.key.reveal() });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const servername = host === '127.0.0.1' ? {} : { servername: host };
  const socket = connect({ host: '127.0.0.1', port, ca, ...servername });
  const outcome = await Promise.race([
    once(socket, 'secureConnect').then(() => socket.getProtocol() ?? ''),
    once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? ''),
  ]).catch((error: unknown) => (error as NodeJS.ErrnoException).code ?? '');
  socket.destroy();
  listener.close();
  return outcome;
}

describe('certificates', () => {
  test('an authority signs servers for ten years, and nothing below it', async () => {
    const authority = await createAuthority('shop, "eu"');
    const certificate = new X509Certificate(authority.certificate);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=shop- -eu-');
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(9.9 * years);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(String(authority.key)).toBe('[secret]');
  });

  test('a server is verified by its IP address and by its name', async () => {
    const authority = await createAuthority('shop');
    const server = await issueCertificate(authority, {
      commonName: 'shop-1',
      addresses: ['127.0.0.1', '::1', 'shop-1.example.org'],
    });
    const certificate = new X509Certificate(server.certificate);
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:shop-1.example.org');
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(await handshake(server, authority.certificate, '127.0.0.1')).toBe('TLSv1.3');
    expect(await handshake(server, authority.certificate, 'shop-1.example.org')).toBe('TLSv1.3');
  });

  test('another name or another authority is refused', async () => {
    const [authority, other] = await Promise.all([createAuthority('shop'), createAuthority('shop')]);
    const server = await issueCertificate(authority, { commonName: 'shop-1', addresses: ['127.0.0.1'] });
    expect(await handshake(server, authority.certificate, 'elsewhere.example.org')).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await handshake(server, other.certificate, '127.0.0.1')).toMatch(/SIGNATURE|UNABLE_TO_VERIFY/);
  });
});
