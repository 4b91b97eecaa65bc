import { describe, expect, it } from '@jest/globals';
import { Backup } from '../../../schema/backup.js';
import { manifestOf, openManifest, sealManifest } from '../../../src/backups/manifest.js';
import { Secret } from '../../../src/shell/secret.js';

const backup = Object.assign(new Backup(), {
  id: 'one',
  clusterId: 'c',
  clusterName: 'orders',
  takenFrom: 'orders-2',
  engineVersion: '17.6',
  createdAt: new Date('2026-01-02T03:04:05Z'),
});
const sum = 'a'.repeat(64);
const stored = { size: 3, sha256: sum, parts: [{ size: 3, sha256: sum }] };
const key = new Secret('the key of this backup');
const manifest = manifestOf({ backup, engine: { manager: 'postgres', version: '17' }, sealed: 'v1.x' }, stored);
const text = sealManifest(manifest, key);

describe('the manifest of a backup', () => {
  it('is read as it was written, and does not hold the key', () => {
    expect(openManifest(text, key, 'one')).toEqual(manifest);
    expect(text).not.toContain(key.reveal());
  });

  it.each([
    ['a changed word', text.replace('orders', 'others')],
    ['a seal that is cut', text.slice(0, -10)],
    ['no seal', text.split('\n')[0] ?? ''],
    ['nothing', ''],
    ['another text', 'hello\nworld\n'],
  ])('is refused with %s', (_, changed) => {
    expect(() => openManifest(changed, key, 'one')).toThrow(/^the manifest of the backup does not bear its seal/);
  });

  it('is refused for another backup, and with another key', () => {
    expect(() => openManifest(text, key, 'two')).toThrow(/of another backup, one/);
    expect(() => openManifest(text, new Secret('another'), 'one')).toThrow(/seal/);
  });
});
