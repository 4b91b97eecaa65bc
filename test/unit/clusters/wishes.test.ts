import { describe, expect, it } from '@jest/globals';
import { AddNodeWish, CreateWish, parseWish, RegisterWish } from '../../../src/clusters/wishes.js';
import { DomainError } from '../../../src/errors.js';

const create = { name: 'orders', datastoreId: 'x' };
const register = { manager: 'postgres', version: '17', image: 'debian-12' };
const add = { clusterId: 'x' };

function refusal(parse: () => unknown): Pick<DomainError, 'code' | 'field' | 'message'> {
  try {
    parse();
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error('it was not refused');
}

describe('the wish for a cluster', () => {
  it('has one node unless it says how many, and a name without blanks around it', () => {
    expect(parseWish(CreateWish(10), { ...create, name: '  orders ', size: null })).toMatchObject({
      name: 'orders',
      size: 1,
    });
    expect(parseWish(CreateWish(10), { ...create, size: 10 }).size).toBe(10);
  });

  it.each(['a', '7', 'Orders of 2026', 'a.b_c-d', 'x'.repeat(63)])('may be named %p', (name) => {
    expect(parseWish(CreateWish(10), { ...create, name }).name).toBe(name);
  });

  it.each([
    ['name', '', 'give the cluster a name'],
    ['name', '   ', 'give the cluster a name'],
    ['name', 'x'.repeat(64), 'a name has at most 63 characters'],
    ['name', '-orders', 'a name consists of letters'],
    ['name', 'ord\ners', 'a name consists of letters'],
    ['name', 'orders\u0000', 'a name consists of letters'],
    ['name', '$(reboot)', 'a name consists of letters'],
    ['name', 'größe', 'a name consists of letters'],
    ['size', 0, 'a cluster has at least one node'],
    ['size', -1, 'a cluster has at least one node'],
    ['size', 11, 'a cluster has at most 10 nodes (DTROVE_MAX_CLUSTER_SIZE)'],
    ['size', 1.5, ''],
    ['size', Number.NaN, ''],
    ['idempotencyKey', '', 'an idempotency key is not empty'],
    ['idempotencyKey', 'x'.repeat(256), 'an idempotency key has at most 255 characters'],
    ['idempotencyKey', 'a\u0000b', 'has characters that cannot be shown'],
    ['idempotencyKey', 'a\uD800b', 'has characters that cannot be shown'],
  ])('is refused with %s %p', (field, value, words) => {
    const error = refusal(() => parseWish(CreateWish(10), { ...create, [field]: value }));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(error.message).toMatch(new RegExp(`^${field}: `));
    expect(error.message).toContain(words);
  });

  it('names the first field that is wrong where several are', () => {
    expect(refusal(() => parseWish(CreateWish(10), { name: '', size: 0 })).field).toBe('name');
  });
});

describe('the wish for a datastore', () => {
  it('drops the entries of its packages that are blank', () => {
    const packages = ['postgresql-17', ' ', '', ' postgis '];
    expect(parseWish(RegisterWish, { ...register, packages }).packages).toEqual(['postgresql-17', 'postgis']);
    expect(parseWish(RegisterWish, register).packages).toEqual([]);
    expect(parseWish(RegisterWish, { ...register, packages: null }).packages).toEqual([]);
  });

  it.each(['libc6:amd64', 'postgresql-17=17.2-1.pgdg120+1', 'g++', 'a~b'])('takes the package %s', (name) => {
    expect(parseWish(RegisterWish, { ...register, packages: [name] }).packages).toEqual([name]);
  });

  it.each([
    ['manager', '', 'give the manager'],
    ['version', ' ', 'give the version'],
    ['version', '17; reboot', 'a version looks like 17 or 10.11'],
    ['version', '../../etc', 'a version looks like 17 or 10.11'],
    ['image', '', 'give the image'],
    ['image', 'x'.repeat(201), 'the image has at most 200 characters'],
    ['image', 'a\u0000', 'has characters that cannot be shown'],
    ['packages', ['-o', 'x'], 'is no package name'],
    ['packages', ['a b'], 'is no package name'],
    ['packages', ['$(reboot)'], 'is no package name'],
  ])('is refused with %s %p', (field, value, words) => {
    const error = refusal(() => parseWish(RegisterWish, { ...register, [field]: value }));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field, message: `${field}: ${words}` });
  });
});

describe('the wish for more nodes', () => {
  it('is for one unless it says how many', () => {
    expect(parseWish(AddNodeWish, { ...add, count: null }).count).toBe(1);
    expect(parseWish(AddNodeWish, { ...add, count: 3 }).count).toBe(3);
  });

  it.each([0, -1, 0.5])('is refused with a count of %p', (count) => {
    expect(refusal(() => parseWish(AddNodeWish, { ...add, count }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'count',
    });
  });
});
