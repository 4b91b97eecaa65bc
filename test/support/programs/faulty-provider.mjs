// The provider local under another name, which does what the file of DTROVE's data directory `faults.json` tells it to:
// { "create": ["QUOTA_EXCEEDED", "hang", …], … }, one entry a call until they are used up. `"leave": ["VOLUME", …]`: what a
// call of `create` makes besides the server and no `destroy` removes; it is kept in `leftovers.json`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../../dist/src/errors.js';
import { local } from '../../../dist/src/providers/local/index.js';

export default {
  id: 'faulty',
  async build(environment) {
    const provider = await local.build(environment);
    const file = join(environment.dataDir, 'faults.json');
    const left = join(environment.dataDir, 'leftovers.json');
    const leftovers = () => (existsSync(left) ? JSON.parse(readFileSync(left, 'utf8')) : []);
    const next = (call) => {
      const faults = JSON.parse(readFileSync(file, 'utf8'));
      const fault = faults[call]?.shift();
      writeFileSync(file, JSON.stringify(faults));
      return fault;
    };
    const leave = ({ key, clusterId, owner }) => {
      const kind = next('leave');
      if (kind === undefined) return;
      const one = { kind, id: `of ${key}`, key: kind === 'VOLUME' ? key : null, clusterId, owner, message: '' };
      writeFileSync(left, JSON.stringify([...leftovers(), one]));
    };
    const afflicted =
      (call, work) =>
      async (...args) => {
        const fault = next(call);
        if (call === 'create') leave(args[0]);
        if (fault === undefined) return work(...args);
        if (fault === 'hang') return new Promise(() => undefined);
        if (fault === 'bug') throw new TypeError('undefined is not a function');
        if (fault === 'ERROR') return { ...(await work(...args)), state: 'ERROR', message: 'no valid host was found' };
        throw new DomainError(fault, `the cloud says ${fault}`, { retryable: fault === 'UNAVAILABLE' });
      };
    const calls = ['create', 'updateStatus', 'destroy'];
    const overrides = Object.fromEntries(calls.map((call) => [call, afflicted(call, provider[call].bind(provider))]));
    const methods = ['refuses', 'flavors', 'list', 'createVolume', 'attachVolume', 'snapshot', 'adopt', 'close'];
    const { init, supportsVolumes, supportsSnapshots, defaultFlavor } = provider;
    return {
      id: 'faulty',
      ...{ init, supportsVolumes, supportsSnapshots, defaultFlavor },
      ...Object.fromEntries(methods.map((name) => [name, provider[name].bind(provider)])),
      ...overrides,
      leftovers: async () => leftovers(),
      removeLeftover: async (kind, id) => {
        writeFileSync(left, JSON.stringify(leftovers().filter((one) => one.kind !== kind || one.id !== id)));
      },
    };
  },
};
