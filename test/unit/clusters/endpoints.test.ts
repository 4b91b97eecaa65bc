import { describe, expect, it } from '@jest/globals';
import { InstanceRole } from '../../../schema/enums.js';
import { Instance } from '../../../schema/instance.js';
import { endpointsOf } from '../../../src/clusters/endpoints.js';

const postgres = { uri: { scheme: 'postgresql', database: 'postgres', query: 'sslmode=require' } };
const node = (role: InstanceRole, addr: string | null, port: number | null): Instance =>
  Object.assign(new Instance(), { role, addr, port });

describe('the endpoints of a cluster', () => {
  it('are one for each node that has an address, the primary first', () => {
    const endpoints = endpointsOf(postgres, [
      node(InstanceRole.REPLICA, '10.0.0.2', 5432),
      node(InstanceRole.REPLICA, null, 5432),
      node(InstanceRole.PRIMARY, '10.0.0.1', 5432),
      node(InstanceRole.REPLICA, '10.0.0.3', null),
    ]);
    expect(endpoints).toEqual([
      {
        role: 'PRIMARY',
        host: '10.0.0.1',
        port: 5432,
        uri: 'postgresql://admin@10.0.0.1:5432/postgres?sslmode=require',
      },
      {
        role: 'REPLICA',
        host: '10.0.0.2',
        port: 5432,
        uri: 'postgresql://admin@10.0.0.2:5432/postgres?sslmode=require',
      },
    ]);
  });

  it('have an address of IPv6 in brackets, where a URI wants them', () => {
    const [endpoint] = endpointsOf(postgres, [node(InstanceRole.PRIMARY, 'fd00::1', 5432)]);
    expect(endpoint).toMatchObject({
      host: 'fd00::1',
      uri: 'postgresql://admin@[fd00::1]:5432/postgres?sslmode=require',
    });
    expect(new URL(endpoint?.uri ?? '').hostname).toBe('[fd00::1]');
  });

  it('name no database and no options where the engine has none', () => {
    const redis = { uri: { scheme: 'redis', database: null, query: '' } };
    expect(endpointsOf(redis, [node(InstanceRole.PRIMARY, '10.0.0.1', 6379)])[0]?.uri).toBe(
      'redis://admin@10.0.0.1:6379/',
    );
  });
});
