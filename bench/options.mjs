import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {readonly string[]} parts
 * @property {number | undefined} rounds Rounds that are counted; each part has its own number unless told.
 * @property {number} mutations How many answers are timed.
 * @property {readonly number[]} sizes Nodes of the clusters that are made.
 * @property {readonly number[]} hosts How many hosts are driven at once.
 * @property {readonly number[]} servers How many servers a round of health looks at.
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
    packages: values.packages.split(','),
    withoutAnsible: values['without-ansible'],
    json: values.json,
  };
}

function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name}: is a whole number from 1 on, not ${text}`);
  return number;
}
