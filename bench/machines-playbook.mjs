import { posix } from 'node:path';
import { textsOf } from './floor-files.mjs';
import {
  baseBackup,
  createSlotsSql,
  identText,
  initialise,
  layoutOf,
  psql,
  rolesSql,
  setUpService,
  slotOf,
  streamingSql,
} from './product.mjs';

const module = (name, args, more = {}) => ({
  name: `${name} ${args.path ?? args.dest ?? ''}`,
  [`ansible.builtin.${name}`]: args,
  ...more,
});
const owned = { owner: 'postgres', group: 'postgres' };

/**
 * The same cluster as a playbook: the modules that are meant for packages, files and services, and for the database the
 * manager's own commands. Each task is one that Ansible may repeat. Variables of the hosts: `files` and `backup`.
 */
export function playbookOf({ view, primary, replicas }, unit) {
  const { conf, data } = layoutOf(view, primary);
  const directories = [posix.dirname(conf), conf, posix.dirname(data)].map((path) => ({ path, ...owned }));
  const dropIn = setUpService(view, primary).check.stdin;
  const start = module('systemd', { name: unit, state: 'started', daemon_reload: true });
  const sql = (text) => module('shell', { cmd: psql(view, primary).text, stdin: text });
  const play = (hosts, tasks) => ({ hosts, gather_facts: false, become: true, tasks });
  return [
    play('all', [
      module('file', { path: '/etc/postgresql-common/createcluster.d', state: 'directory' }),
      module('copy', {
        dest: '/etc/postgresql-common/createcluster.d/dtrove.conf',
        content: 'create_main_cluster = false\n',
      }),
      module('apt', { name: `postgresql-${view.version}`, update_cache: true, install_recommends: false }),
      module('file', { path: '{{ item.path }}', state: 'directory', mode: '0755', ...owned }, { loop: directories }),
      module(
        'copy',
        { dest: '{{ item.path }}', content: '{{ item.text }}', mode: '0600', ...owned },
        { loop: '{{ files }}', no_log: true },
      ),
      module('file', { path: `/etc/systemd/system/${unit}.d`, state: 'directory' }),
      module('copy', { dest: `/etc/systemd/system/${unit}.d/dtrove.conf`, content: dropIn, mode: '0644' }),
    ]),
    play('primary', [
      module('shell', { cmd: initialise(view, primary).command.text, creates: `${data}/PG_VERSION` }),
      start,
      { ...sql(rolesSql(view).reveal()), no_log: true },
      ...(replicas.length === 0 ? [] : [sql(createSlotsSql(replicas.map(slotOf)))]),
    ]),
    play('replicas', [
      module('shell', { cmd: '{{ backup }}', creates: `${data}/PG_VERSION` }),
      start,
      sql(streamingSql(40)),
    ]),
  ];
}

/** The variables of one node. */
export const varsOf = (cluster, node) => ({
  files: [...textsOf(cluster, node), [layoutOf(cluster.view, node).ident, identText]].map(([path, text]) => ({
    path,
    text,
  })),
  ...(node.role === 'REPLICA' ? { backup: baseBackup(cluster.view, node).command.text } : {}),
});
