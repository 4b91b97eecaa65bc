import { describe, expect, it } from '@jest/globals';
import { ClusterStatus, InstanceRole, ServerStatus } from '../../../schema/enums.js';
import { verdictOf } from '../../../src/clusters/verdict.js';
import type { DatastoreStatus } from '../../../src/datastores/datastore.js';
import { judge, type Seen } from '../../../src/health/judge.js';

const names = { provider: 'incus', manager: 'postgres' };
const before = {
  role: InstanceRole.REPLICA,
  serverStatus: ServerStatus.ACTIVE,
  addr: '10.0.0.2',
  datastoreUp: true,
  datastoreVersion: '17.5',
};
const addr = '10.0.0.2';
const active = { state: 'ACTIVE', message: '', addr } as const;
const well: DatastoreStatus = { up: true, version: '17.5', role: 'REPLICA', lagBytes: 0, message: '' };
const of = (seen: Seen) => judge(before, seen, names);

describe('the judgement of one look', () => {
  it.each<[string, Seen, ServerStatus, boolean | null, string]>([
    ['all is well', { server: active, datastore: well }, ServerStatus.ACTIVE, true, ''],
    [
      'the server is stopped',
      { server: { state: 'SHUTOFF', message: 'it is stopped', addr }, datastore: null },
      ServerStatus.SHUTOFF,
      false,
      'its server does not run (incus: it is stopped)',
    ],
    [
      'the server is gone',
      { server: 'gone', datastore: null },
      ServerStatus.ERROR,
      false,
      'its server is gone: incus knows of none by that id; remove it with removeNode, and add another one with addNode',
    ],
    [
      'the server failed',
      { server: { state: 'ERROR', message: 'no space left', addr }, datastore: null },
      ServerStatus.ERROR,
      false,
      'incus says of its server: no space left',
    ],
    [
      'the network is cut',
      {
        server: { state: 'UNKNOWN', message: 'it has no network address', addr },
        datastore: 'does not answer SSH: silence',
      },
      ServerStatus.UNKNOWN,
      null,
      'incus says of its server: it has no network address; does not answer SSH: silence',
    ],
    [
      'the provider sees by SSH alone, and there is an answer',
      { server: { state: 'UNKNOWN', message: '', addr }, datastore: well },
      ServerStatus.ACTIVE,
      true,
      '',
    ],
    [
      'the provider sees by SSH alone, and there is none',
      { server: { state: 'UNKNOWN', message: '', addr }, datastore: 'does not answer SSH: silence' },
      ServerStatus.UNKNOWN,
      null,
      'does not answer SSH: silence',
    ],
    [
      'the provider sees by SSH alone, and nobody asked',
      { server: { state: 'UNKNOWN', message: '', addr }, datastore: null },
      ServerStatus.ACTIVE,
      true,
      '',
    ],
    [
      'SSH does not answer',
      { server: active, datastore: 'does not answer SSH: refused' },
      ServerStatus.ACTIVE,
      null,
      'does not answer SSH: refused',
    ],
    [
      'it has moved',
      { server: { ...active, addr: '10.0.0.9' }, datastore: 'does not answer SSH: no route' },
      ServerStatus.ACTIVE,
      null,
      'does not answer SSH: no route; incus says that its address is 10.0.0.9 now',
    ],
    [
      'the datastore is down',
      { server: active, datastore: { ...well, up: false, version: null, role: 'UNKNOWN', message: 'FATAL: no' } },
      ServerStatus.ACTIVE,
      false,
      'postgres is down: FATAL: no',
    ],
    [
      'the replica does not follow',
      { server: active, datastore: { ...well, lagBytes: null, message: 'it does not stream' } },
      ServerStatus.ACTIVE,
      true,
      'it does not stream',
    ],
    [
      'it has become another',
      { server: active, datastore: { ...well, role: 'PRIMARY' } },
      ServerStatus.ACTIVE,
      true,
      'postgres says that it is a primary, and it shall be a replica',
    ],
    ['the provider is silent', { server: null, datastore: well }, ServerStatus.ACTIVE, true, ''],
    [
      'the provider has something to remark of a server that answers',
      { server: { state: 'UNKNOWN', message: 'no address', addr }, datastore: well },
      ServerStatus.UNKNOWN,
      true,
      '',
    ],
    ['nobody was asked', { server: null, datastore: null }, ServerStatus.ACTIVE, true, ''],
  ])('says when %s', (_what, seen, serverStatus, datastoreUp, trouble) => {
    expect(of(seen)).toMatchObject({ serverStatus, datastoreUp, trouble, datastoreVersion: '17.5' });
  });
});

describe('the verdict on a cluster', () => {
  const primary = { name: 'shop-1', role: InstanceRole.PRIMARY, trouble: '', datastoreUp: true };
  const replica = { name: 'shop-2', role: InstanceRole.REPLICA, trouble: '', datastoreUp: true };
  const sound = { status: ClusterStatus.ACTIVE, message: '' };
  const failed = { status: ClusterStatus.DEGRADED, message: 'addNode failed' };

  it('is what operations left, while its servers are well', () => {
    for (const settled of [sound, failed, { status: ClusterStatus.ERROR, message: 'create failed' }])
      expect(verdictOf(settled, [primary, replica])).toEqual(settled);
  });

  it.each<[string, boolean | null, boolean | null, ClusterStatus, string]>([
    ['a replica that is down', true, false, ClusterStatus.DEGRADED, 'shop-2 (replica): words'],
    ['a replica that lags', true, true, ClusterStatus.DEGRADED, 'shop-2 (replica): words'],
    ['a primary that is down', false, true, ClusterStatus.ERROR, 'shop-1 (primary): words'],
    ['a primary that cannot be asked', null, true, ClusterStatus.ERROR, 'shop-1 (primary): words'],
    ['both', false, false, ClusterStatus.ERROR, 'shop-1 (primary): words; shop-2 (replica): words'],
  ])('names %s', (what, first, second, status, message) => {
    const troubled = (node: typeof primary, up: boolean | null, is: boolean) => ({
      ...node,
      datastoreUp: up,
      trouble: is ? 'words' : '',
    });
    const nodes = [
      troubled(primary, first, first !== true),
      troubled(replica, second, second !== true || what.includes('lags')),
    ];
    expect(verdictOf(sound, nodes)).toEqual({ status, message });
  });

  it('keeps the words of the operation that failed, and mends nothing that it broke', () => {
    const down = { ...replica, trouble: 'words', datastoreUp: false };
    expect(verdictOf(failed, [primary, down])).toEqual({
      status: ClusterStatus.DEGRADED,
      message: 'shop-2 (replica): words; addNode failed',
    });
    const error = { status: ClusterStatus.ERROR, message: 'create failed' };
    expect(verdictOf(error, [{ ...primary, trouble: 'words' }])).toEqual(error);
  });
});
