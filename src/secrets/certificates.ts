import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { Secret } from '../shell/secret.js';

/** A certificate and its private key (PKCS #8), both PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: Secret;
}

/** Whom a certificate is for: `addresses` are the IP addresses and DNS names that clients may reach it by. */
export interface CertificateWish {
  readonly commonName: string;
  readonly addresses: readonly string[];
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const years = 10;
const hour = 3_600_000;

// A server whose clock is behind must find its new certificate valid.
const startOfValidity = (): Date => new Date(Date.now() - 24 * hour);

// RFC 5280, 4.1.2.2: positive and at most 20 octets.
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
}

// RFC 5280, appendix A: ub-common-name is 64. The library reads `"` and `#` in a name as notation; it is a label here.
const nameOf = (commonName: string) => [{ CN: [commonName.replaceAll(/[^A-Za-z0-9 ._-]/g, '-').slice(0, 64)] }];

// Loaded at first use: it costs a start nothing. Its dependency injection wants the polyfill first.
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

async function exported(key: webcrypto.CryptoKey): Promise<Secret> {
  const { PemConverter } = await library();
  return new Secret(pem(PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')));
}

const pem = (text: string): string => `${text.trim()}\n`;

/** Loads what certificates need, about 100 ms: called once a process is up, so that no cluster has to wait for it. */
export async function loadCertificates(): Promise<void> {
  await library();
}

/** A cluster's own certificate authority: ECDSA P-256, valid for ten years, signs servers and nothing below it. */
export async function createAuthority(name: string): Promise<Certified> {
  const x509 = await library();
  const keys = await newKeys();
  const notBefore = startOfValidity();
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: nameOf(name),
      notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate.toString('pem')), key: await exported(keys.privateKey) };
}

/** A server's certificate, signed by `authority` and valid as long as it. Throws where the authority's PEM is no such. */
export async function issueCertificate(authority: Certified, wish: CertificateWish): Promise<Certified> {
  const x509 = await library();
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const [pkcs8] = x509.PemConverter.decode(authority.key.reveal());
  if (pkcs8 === undefined) throw new TypeError('the authority has no private key');
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: nameOf(wish.commonName),
      issuer: issuer.subjectName.toJSON(),
      notBefore: startOfValidity(),
      notAfter: issuer.notAfter,
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(wish.addresses.map(generalName)),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate.toString('pem')), key: await exported(keys.privateKey) };
}

const generalName = (address: string) => ({ type: isIP(address) === 0 ? 'dns' : 'ip', value: address }) as const;
