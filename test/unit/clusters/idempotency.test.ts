import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../../src/clusters/idempotency.js';

const wish = { name: 'orders', size: 3, flavor: null };

describe('the fingerprint of a mutation', () => {
  it('is the same for the same input, in whatever order', () => {
    expect(fingerprintOf('createCluster', { flavor: null, size: 3, name: 'orders' })).toBe(
      fingerprintOf('createCluster', wish),
    );
  });

  it('is the same for what was left out and what is null', () => {
    expect(fingerprintOf('createCluster', { ...wish, flavor: undefined })).toBe(fingerprintOf('createCluster', wish));
    expect(fingerprintOf('createCluster', { name: 'orders', size: 3 })).toBe(fingerprintOf('createCluster', wish));
  });

  it('knows no order in what lies deeper either, save in lists', () => {
    const of = (settings: object) => fingerprintOf('createCluster', { settings });
    expect(of({ a: { b: 1, c: [1, 2] }, d: 2 })).toBe(of({ d: 2, a: { c: [1, 2], b: 1 } }));
    expect(of({ a: [1, 2] })).not.toBe(of({ a: [2, 1] }));
  });

  it.each([
    ['another mutation', 'addNode', wish],
    ['another value', 'createCluster', { ...wish, size: 2 }],
    ['another type', 'createCluster', { ...wish, size: '3' }],
    ['another field', 'createCluster', { ...wish, provider: 'local' }],
  ])('is another for %s', (_what, mutation, input) => {
    expect(fingerprintOf(mutation, input)).not.toBe(fingerprintOf('createCluster', wish));
  });
});
