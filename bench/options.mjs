import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {readonly string[]} parts
 * @property {number | undefined} rounds Rounds that are counted; each part has its own number unless told.
 * @property {number} mutations How many answers are timed.
 * @property {readonly number[]} sizes Nodes of the clusters that are made.
 * @property {readonly number[]} hosts How many hosts are driven at once.
 * @property {readonly number[]} servers How many servers a round of health looks at.
 * @property {number} clusters How many clusters load asks for at once.
 * @property {readonly number[]} workers How many worker processes load has, one figure after the other.
 * @property {number} wakes How many wake-ups load times while there is nothing else to do.
 * @property {number} locals How many real clusters load makes one after another.
 * @property {number} together How many real clusters load makes at once.
 * @property {readonly number[]} clients How many subscribers there are.
 * @property {number | undefined} seconds How long subscribers are told something, and how long a server of queries is asked each time.
 * @property {number} connections How many ask for queries at once.
 * @property {number} scale Of the pgbench data that backup copies: some 15 MB each.
 * @property {number | undefined} noise Megabytes of it besides that cannot be compressed; a third of the other unless told.
 * @property {readonly string[]} packages Of the machines: which are measured.
 * @property {boolean} withoutAnsible Leaves Ansible out, also where it is there.
 * @property {string | undefined} json Where to write all figures.
 */

const usage = (names) => `Usage: npm run bench -- [part …] [options]

Parts: ${names.join(', ')}; all of them unless given.

  --rounds N      rounds that are counted (default 7 of create, 3 of fan-out and machines)
  --sizes N,N     nodes of the clusters that are made (default 1,3)
  --hosts N,N     hosts that fan-out drives at once (default 1,10,50,200)
  --servers N,N   servers that a round of health looks at (default 100,1000)
  --clusters N    clusters that load asks for at once (default 1000)
  --workers N,N   worker processes that do them (default 1,2,4)
  --wakes N       wake-ups of an idle worker that load times (default 50)
  --locals N      real clusters that load makes one after another (default 200; 0: none)
  --together N    real clusters that load makes at once (default 20; 0: none)
  --clients N,N   subscribers at once (default 1000,5000,10000)
  --seconds N     seconds of events for subscribers, and of each turn of queries (default 30 and 10)
  --connections N connections that ask for queries at once (default 8)
  --scale N       scale of the pgbench data that backup copies (default 100: 1.5 GB)
  --noise N       megabytes of noise beside them (default 5 times the scale)
  --packages P,P  machines whose packages are: at-hand, installed (default both)
  --without-ansible
                  leave Ansible out of fan-out and machines: it takes most of their time
  --mutations N   answers of createCluster that are timed (default 400)
  --json FILE     write all figures to it
`;

/**
 * Null where only help was asked for.
 * @param {readonly string[]} args
 * @param {readonly string[]} names
 * @returns {Options | null}
 */
export function readOptions(args, names) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      hosts: { type: 'string', default: '1,10,50,200' },
      servers: { type: 'string', default: '100,1000' },
      sizes: { type: 'string', default: '1,3' },
      clusters: { type: 'string', default: '1000' },
      workers: { type: 'string', default: '1,2,4' },
      wakes: { type: 'string', default: '50' },
      locals: { type: 'string', default: '200' },
      together: { type: 'string', default: '20' },
      clients: { type: 'string', default: '1000,5000,10000' },
      seconds: { type: 'string' },
      connections: { type: 'string', default: '8' },
      scale: { type: 'string', default: '100' },
      noise: { type: 'string' },
      packages: { type: 'string', default: 'at-hand,installed' },
      mutations: { type: 'string', default: '400' },
      'without-ansible': { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(usage(names));
    return null;
  }
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there is: ${names.join(', ')}`);
  return {
    parts: positionals.length === 0 ? names : positionals,
    rounds: values.rounds === undefined ? undefined : whole('--rounds', values.rounds),
    mutations: whole('--mutations', values.mutations),
    sizes: values.sizes.split(',').map((size) => whole('--sizes', size)),
    hosts: values.hosts.split(',').map((count) => whole('--hosts', count)),
    servers: values.servers.split(',').map((count) => whole('--servers', count)),
    clusters: whole('--clusters', values.clusters),
    workers: values.workers.split(',').map((count) => whole('--workers', count)),
    wakes: whole('--wakes', values.wakes),
    locals: whole('--locals', values.locals, 0),
    together: whole('--together', values.together, 0),
    clients: values.clients.split(',').map((count) => whole('--clients', count)),
    seconds: values.seconds === undefined ? undefined : whole('--seconds', values.seconds),
    connections: whole('--connections', values.connections),
    scale: whole('--scale', values.scale),
    noise: values.noise === undefined ? undefined : whole('--noise', values.noise, 0),
    packages: values.packages.split(','),
    withoutAnsible: values['without-ansible'],
    json: values.json,
  };
}

function whole(name, text, least = 1) {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least)
    throw new Error(`${name}: is a whole number from ${least} on, not ${text}`);
  return number;
}
