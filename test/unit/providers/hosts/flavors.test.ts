import { describe, expect, it } from '@jest/globals';
import { flavorsOf, wantedBy } from '../../../../src/providers/hosts/flavors.js';
import { refusesImage } from '../../../../src/providers/hosts/images.js';

const host = (cpus: number, memoryMb: number, diskGb: number, ...tags: string[]) => ({ cpus, memoryMb, diskGb, tags });
const pool = [host(2, 3920, 40), host(2, 3950, 40, 'ssd'), host(8, 16_000, 100, 'ssd'), host(1, 512, 8)];

describe('flavors of hosts', () => {
  it('are one for each size that there is, and for each tag', () => {
    expect(flavorsOf(pool)).toEqual([
      { name: 'any', cpus: 1, memoryMb: 512, diskGb: 8 },
      { name: '2cpu-4gb-40gb', cpus: 2, memoryMb: 3920, diskGb: 40 },
      { name: '8cpu-16gb-100gb', cpus: 8, memoryMb: 16_000, diskGb: 100 },
      { name: '1cpu-512mb-8gb', cpus: 1, memoryMb: 512, diskGb: 8 },
      { name: 'any@ssd', cpus: 2, memoryMb: 3950, diskGb: 40 },
      { name: '2cpu-4gb-40gb@ssd', cpus: 2, memoryMb: 3950, diskGb: 40 },
      { name: '8cpu-16gb-100gb@ssd', cpus: 8, memoryMb: 16_000, diskGb: 100 },
    ]);
    expect(flavorsOf([]).map(({ name }) => name)).toEqual(['any']);
  });

  it('are fitted by every host that they were made from', () => {
    for (const { name } of flavorsOf(pool)) {
      const { cpus, memoryMb, diskGb, tag } = wantedBy(pool, name);
      const fitting = pool.filter((one) => one.cpus >= cpus && one.memoryMb >= memoryMb && one.diskGb >= diskGb);
      expect(fitting.filter(({ tags }) => tag === null || tags.includes(tag))).not.toEqual([]);
    }
    expect(wantedBy(pool, '2cpu-4gb-40gb').memoryMb).toBeLessThanOrEqual(3920);
    expect(wantedBy([], 'any@ssd')).toEqual({ cpus: 0, memoryMb: 0, diskGb: 0, tag: 'ssd' });
  });

  it('are refused by name where they are none', () => {
    expect(() => wantedBy(pool, 'huge')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        field: 'flavor',
        message: expect.stringMatching(/it has: any, 2cpu/),
      }),
    );
  });
});

describe('images of hosts', () => {
  it.each(['any', 'debian', 'debian-13', 'ubuntu-24.04'])('are operating systems: %s', (image) => {
    expect(refusesImage(image)).toBeNull();
  });

  it.each(['local', 'fedora-41', 'debian-13; rm', ''])('are nothing else: %j', (image) => {
    expect(refusesImage(image)).toMatch(/hosts keep the system that they have/);
  });
});
