import { describe, expect, it } from '@jest/globals';
import { Instance } from '../../../../src/providers/incus/shapes.js';
import { toServer } from '../../../../src/providers/incus/server.js';

const global4 = { family: 'inet', address: '10.0.0.5', netmask: '24', scope: 'global' };
const global6 = { family: 'inet6', address: 'fd00::5', netmask: '64', scope: 'global' };
const link = { family: 'inet6', address: 'fe80::5', netmask: '64', scope: 'link' };
const loopback = { family: 'inet', address: '127.0.0.1', scope: 'local' };

const network = (addresses: object[], nic = 'eth0') => ({ lo: { addresses: [loopback] }, [nic]: { addresses } });
const tags = { 'user.dtrove-key': 'k', 'user.dtrove-cluster': 'c' };
const ready = { ...tags, 'user.dtrove-address': '10.0.0.9' };

const instance = (status: string, config: object, net: object | null = network([link, global6, global4])) =>
  Instance.parse({ name: 'dtrove-k', status, config, devices: {}, architecture: 'x86_64', state: { network: net } });

describe('an instance of Incus as a server', () => {
  it.each([
    ['Stopped', tags, null, { state: 'BUILD', progress: 40, addr: null }],
    ['Running', tags, network([link]), { state: 'BUILD', progress: 60, addr: null }],
    ['Running', tags, network([link, global4]), { state: 'BUILD', progress: 80, addr: '10.0.0.5' }],
    ['Running', ready, network([global4]), { state: 'ACTIVE', progress: 100, message: '', addr: '10.0.0.5' }],
    ['Ready', ready, network([global6]), { state: 'ACTIVE', addr: 'fd00::5' }],
    ['Running', ready, network([link]), { state: 'UNKNOWN', addr: '10.0.0.9' }],
    ['Stopped', ready, null, { state: 'SHUTOFF', message: 'it is stopped', addr: '10.0.0.9' }],
    ['Frozen', ready, network([global4]), { state: 'SHUTOFF', message: 'it is frozen' }],
    ['Error', ready, null, { state: 'ERROR', message: 'it is error' }],
    ['Stopped', { ...tags, 'volatile.last_state.power': 'STOPPED' }, null, { state: 'ERROR' }],
  ])('%s with %j is seen as such', (status, config, net, expected) => {
    expect(toServer(instance(status, config, net))).toMatchObject({
      ...{ id: 'dtrove-k', key: 'k', clusterId: 'c', sshPort: 22, port: null },
      ...expected,
    });
  });

  it('prefers IPv4, the given interface, and never a link-local address', () => {
    expect(toServer(instance('Running', tags))?.addr).toBe('10.0.0.5');
    const two = { ...network([{ ...global4, address: '172.17.0.1' }], 'docker0'), ...network([global4]) };
    expect(toServer(instance('Running', tags, two))?.addr).toBe('10.0.0.5');
    expect(toServer(instance('Running', tags, network([global4], 'enp5s0')))?.addr).toBe('10.0.0.5');
  });

  it('shows the backend’s own words and progress while it is made', () => {
    const work = { id: 'o', words: 'Creating instance: Unpack: 50% (1MB/s)', percent: 50 };
    expect(toServer(instance('Stopped', tags, null), work)).toMatchObject({ progress: 20, message: work.words });
    const start = { id: 'o', words: 'Starting instance', percent: null };
    expect(toServer(instance('Stopped', tags, null), start)).toMatchObject({ progress: 40, message: start.words });
  });

  it('is null where it bears no tag of ours', () => {
    expect(toServer(instance('Running', {}))).toBeNull();
    expect(toServer(instance('Running', { 'user.dtrove-key': 'k' }))).toBeNull();
  });
});
