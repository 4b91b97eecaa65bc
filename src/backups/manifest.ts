import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Backup } from '../../schema/backup.js';
import { DomainError } from '../errors.js';
import type { Secret } from '../shell/secret.js';
import type { Stored } from '../files/parts.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(0);

/** What lies beside a backup in its store, and tells of it. */
const Manifest = z.object({
  format: z.literal(1),
  backup: z.object({ id: z.string(), createdAt: z.string(), takenFrom: z.string().nullable() }),
  cluster: z.object({ id: z.string(), name: z.string() }),
  engine: z.object({ manager: z.string(), version: z.string(), told: z.string().nullable() }),
  packing: z.object({ compression: z.literal('zstd'), cipher: z.string() }),
  /** Sealed by the vault of the control plane that made it. */
  key: z.string(),
  stored: z.object({ size, sha256, parts: z.array(z.object({ size, sha256 })) }),
});

export type Manifest = z.infer<typeof Manifest>;

const cipher = 'aes-256-ctr; openssl enc -pbkdf2 -iter 10000 -md sha256';

export interface Described {
  readonly backup: Backup;
  readonly engine: { readonly manager: string; readonly version: string };
  /** The backup's key, as it is sealed. */
  readonly sealed: string;
}

export const manifestOf = ({ backup, engine, sealed }: Described, stored: Stored): Manifest => ({
  format: 1,
  backup: { id: backup.id, createdAt: backup.createdAt.toISOString(), takenFrom: backup.takenFrom },
  cluster: { id: backup.clusterId, name: backup.clusterName },
  engine: { ...engine, told: backup.engineVersion },
  packing: { compression: 'zstd', cipher },
  key: sealed,
  stored: { ...stored, parts: [...stored.parts] },
});

const mac = (key: Secret, line: string): Buffer => createHmac('sha256', key.reveal()).update(line).digest();

/** Two lines: the manifest, and what proves with the backup's key that nobody else has written it. */
export function sealManifest(manifest: Manifest, key: Secret): string {
  const line = JSON.stringify(manifest);
  return `${line}\n${mac(key, line).toString('hex')}\n`;
}

const damaged = (what: string): DomainError =>
  new DomainError(
    'BACKUP_DAMAGED',
    `the manifest of the backup ${what}: it is not what DTrove wrote. Restore another backup, and find out who writes to its store`,
  );

/** Reads what {@link sealManifest} made for the backup `id`. Throws BACKUP_DAMAGED for anything else. */
export function openManifest(text: string, key: Secret, id: string): Manifest {
  const [line = '', proof = ''] = text.split('\n');
  const wanted = mac(key, line);
  const given = Buffer.from(proof, 'hex');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw damaged('does not bear its seal');
  const { data } = Manifest.safeParse(JSON.parse(line));
  if (data === undefined) throw damaged('cannot be read');
  if (data.backup.id !== id) throw damaged(`is of another backup, ${data.backup.id}`);
  return data;
}
