// A provider (CHAOS_PROVIDER) under another name, with faults: each file `CALL.KIND.N` in the directory `faults` of the data
// directory afflicts one call, of whichever process is first. The file `cut` there cuts every SSH connection of each
// process that sees it.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../dist/src/errors.js';
import { incus } from '../../dist/src/providers/incus/index.js';
import { local } from '../../dist/src/providers/local/index.js';

const { build } = process.env.CHAOS_PROVIDER === 'incus' ? incus : local;
const refusal = (words) => new DomainError('UNAVAILABLE', words, { retryable: true });
const afflictions = {
  late: async (work) => delay(1500).then(work),
  twice: async (work) => work().then(work),
  refused: () => Promise.reject(refusal('HTTP 500')),
  lost: async (work) => {
    await work();
    throw refusal('it timed out, after it had done the work');
  },
};

/** Ends every connection to or from an SSH port of ours, in the middle of whatever it carries. */
function cutConnections(ports) {
  for (const handle of process._getActiveHandles()) {
    if (ports.has(handle.localPort) || ports.has(handle.remotePort)) handle.destroy?.();
  }
}

export default {
  id: 'chaos',
  async build(environment) {
    const provider = await build(environment);
    const directory = join(environment.dataDir, 'faults');
    mkdirSync(directory, { recursive: true });
    const ports = new Set();
    const claim = (call) => {
      for (const name of readdirSync(directory).filter((file) => file.startsWith(`${call}.`))) {
        try {
          rmSync(join(directory, name));
          return afflictions[name.split('.')[1]];
        } catch {
          // Another process was first.
        }
      }
      return null;
    };
    const note = (server) => {
      if (server?.sshPort) ports.add(server.sshPort);
      return server;
    };
    const afflicted = (call) => {
      const work = provider[call].bind(provider);
      return async (...args) => {
        const affliction = claim(call);
        return note(await (affliction === null ? work(...args) : affliction(() => work(...args))));
      };
    };
    let cutAt = Date.now();
    setInterval(() => {
      const { mtimeMs } = statSync(join(directory, 'cut'), { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
      if (mtimeMs <= cutAt) return;
      cutAt = mtimeMs;
      cutConnections(ports);
    }, 25).unref();
    const calls = ['create', 'updateStatus', 'destroy'];
    const own = { id: 'chaos', ...Object.fromEntries(calls.map((call) => [call, afflicted(call)])) };
    return new Proxy(provider, {
      get: (target, name) => {
        if (Object.hasOwn(own, name)) return own[name];
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  },
};
