import { describe, expect, test } from '@jest/globals';
import { loadManagers } from '../../src/datastores/index.js';
import { canonical } from '../../src/datastores/parameters/value.js';
import { cluster, node as localNode } from '../support/cluster-view.js';

const node = (n: number) => localNode(n, { init: 'systemd' });
const { all } = await loadManagers();

/** Each manager with each version whose parameters are known. */
const known = all.flatMap((manager) =>
  manager.versions.flatMap((version) => {
    const { parameters } = manager;
    const catalogue = parameters?.catalogue(version);
    return parameters === undefined || catalogue == null
      ? []
      : [{ id: manager.id, version, manager, parameters, catalogue }];
  }),
);

describe.each(known)('parameters of $id $version', ({ version, manager, parameters, catalogue }) => {
  const view = (values: object) =>
    cluster([node(1), node(2)], { version, settings: manager.Settings.parse({ parameters: values }) });
  const free = catalogue.parameters.filter(({ managed }) => managed === null);

  test('what is written into a file is read out of it again, whatever it is', () => {
    const odd = ` it's "odd" #1; \\ = x `;
    const values = Object.fromEntries(
      free.flatMap(({ name, type, default: usual }) =>
        type === 'STRING' ? [[name, odd]] : usual === null || usual === '' ? [] : [[name, usual]],
      ),
    );
    const found = parameters.inFile(view(values), node(2));
    for (const parameter of free) {
      const given = values[parameter.name];
      if (given === undefined) continue;
      const suffixes = parameters.suffixesOf(parameter);
      const told = canonical(parameter, found.get(parameter.name) ?? '', suffixes);
      expect([parameter.name, told]).toEqual([parameter.name, canonical(parameter, given, suffixes)]);
    }
  });

  test('a file tells what the size of its server makes of it, where the user says nothing', () => {
    const found = parameters.inFile(view({}), node(1));
    expect([...found.keys()]).toEqual(expect.arrayContaining([expect.stringMatching(/^(max_connections|maxmemory)$/)]));
  });

  test('the file is written first, then the server told or restarted', () => {
    const change = (restart: boolean) =>
      parameters.change(view({}), node(1), { restart, changes: [], asked: 'once' }).map(({ name }) => name);
    expect(change(true)).toEqual(['write configuration', expect.stringMatching(/^restart /)]);
    expect(change(false)).toEqual([
      'write configuration',
      expect.stringMatching(/^(set the parameters|reload the settings)$/),
    ]);
  });
});

test('all managers that are built in know theirs', () => {
  expect(new Set(known.map(({ id }) => id))).toEqual(new Set(['postgres', 'mariadb', 'mysql', 'redis', 'valkey']));
});
