// The provider local under another name, which does what the file of DTROVE's data directory `faults.json` tells it to:
// { "create": ["QUOTA_EXCEEDED", "hang", …], … }, one entry a call until they are used up.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../../dist/src/errors.js';
import { local } from '../../../dist/src/providers/local/index.js';

export default {
  id: 'faulty',
  async build(environment) {
    const provider = await local.build(environment);
    const file = join(environment.dataDir, 'faults.json');
    const next = (call) => {
      const faults = JSON.parse(readFileSync(file, 'utf8'));
      const fault = faults[call]?.shift();
      writeFileSync(file, JSON.stringify(faults));
      return fault;
    };
    const afflicted =
      (call, work) =>
      async (...args) => {
        const fault = next(call);
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
    };
  },
};
