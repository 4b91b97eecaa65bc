// A provider for DTROVE_PROVIDERS: the cloud of cloud.mjs, which BENCH_CLOUD names.
const notSupported = () => Promise.reject(new Error('not supported'));

export default {
  id: 'cloud',
  build: ({ env }) => {
    const ask = async (method, path, body, signal) => {
      const response = await fetch(`${env.BENCH_CLOUD}/servers${path}`, { method, body, signal });
      return response.json();
    };
    return {
      id: 'cloud',
      init: 'local',
      supportsVolumes: false,
      supportsSnapshots: false,
      defaultFlavor: 'one',
      refuses: () => null,
      flavors: () => Promise.resolve([{ name: 'one', cpus: 2, memoryMb: 2048, diskGb: 20 }]),
      create: ({ key, clusterId, owner }, signal) => ask('POST', '', JSON.stringify({ key, clusterId, owner }), signal),
      updateStatus: (id, signal) => ask('GET', `/${id}`, undefined, signal),
      destroy: (id, signal) => ask('DELETE', `/${id}`, undefined, signal),
      idOf: (key) => key,
      list: (signal) => ask('GET', '/', undefined, signal),
      createVolume: notSupported,
      attachVolume: notSupported,
      snapshot: notSupported,
      adopt: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  },
};
