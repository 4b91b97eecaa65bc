import { describe, expect, test } from '@jest/globals';
import { redisFlavour, valkeyFlavour } from '../../../../src/datastores/redis/flavour.js';
import { parseStatus } from '../../../../src/datastores/redis/status.js';

const lines = (fields: object) =>
  `OK\n# Server\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}:${String(value)}\r\n`)
    .join('')}`;
const says = (fields: object, flavour = redisFlavour) =>
  parseStatus(flavour, { code: 0, stdout: lines(fields), stderr: '' });

const primary = { redis_version: '8.0.2', loading: 0, role: 'master' };
const replica = {
  ...primary,
  role: 'slave',
  master_link_status: 'up',
  slave_read_repl_offset: 5000,
  slave_repl_offset: 904,
};

describe('status of Redis', () => {
  test('a primary', () => {
    expect(says(primary)).toEqual({ up: true, version: '8.0.2', role: 'PRIMARY', lagBytes: null, message: '' });
  });

  test('Valkey, which tells the Redis that it is like as well', () => {
    const told = says({ ...primary, redis_version: '7.2.4', valkey_version: '8.1.1' }, valkeyFlavour);
    expect(told).toMatchObject({ up: true, version: '8.1.1' });
  });

  test('a replica that follows, one that copies, and one that is alone', () => {
    expect(says(replica)).toMatchObject({ role: 'REPLICA', lagBytes: 4096, message: '' });
    const down = { ...replica, master_link_status: 'down' };
    expect(says({ ...down, master_sync_in_progress: 1 })).toMatchObject({
      up: true,
      lagBytes: null,
      message: 'the replica is copying its primary',
    });
    expect(says({ ...down, master_sync_in_progress: 0 })).toMatchObject({
      up: true,
      lagBytes: null,
      message: 'the replica does not reach its primary',
    });
    expect(says({ ...replica, slave_read_repl_offset: undefined }).lagBytes).toBeNull();
  });

  test('one that still loads its data is not up', () => {
    expect(says({ ...primary, loading: 1 })).toMatchObject({ up: false, message: 'Redis is still loading its data' });
  });

  test('one that is down: the words of systemd, of the client, or of the server', () => {
    const message = (code: number, stdout: string, stderr: string) =>
      parseStatus(redisFlavour, { code, stdout, stderr }).message;
    expect(message(3, '', 'redis-server.service is inactive (dead): bye bye...\n')).toBe(
      'redis-server.service is inactive (dead): bye bye...',
    );
    expect(message(0, '', 'Could not connect to Redis\n')).toBe('Could not connect to Redis');
    expect(message(0, 'WRONGPASS invalid\nNOAUTH Authentication required.\n', '')).toBe(
      'NOAUTH Authentication required.',
    );
    expect(message(127, '', '')).toBe('Redis does not answer');
  });
});
