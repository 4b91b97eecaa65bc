import { join } from 'node:path';
import { directory, file, sh } from './product.mjs';

/** What each host is made to have: the same to all contestants. */
const text = Array.from({ length: 20 }, (_, i) => `setting_${i} = 'value ${i}'\n`).join('');

/** The command, and four steps that are idempotent: how DTrove and a shell do them. @param {string} root */
export function tasksOf(root) {
  const app = join(root, 'app');
  const settings = join(app, 'app.conf');
  const limits = join(app, 'limits');
  const link = join(app, 'current');
  const steps = [
    { name: 'directory', check: file.isDirectory(app, { mode: 0o750 }), apply: [directory(app, 0o750)] },
    {
      name: 'file',
      check: file.matches(settings, text, { mode: 0o640 }),
      apply: [file.write(settings, text, { mode: 0o640 })],
    },
    {
      name: 'line',
      check: sh`grep -qsxF ${'nofile = 65536'} ${limits}`,
      apply: [sh`echo ${'nofile = 65536'} >>${limits}`],
    },
    {
      name: 'link',
      check: sh`link=${link}; [ "$(readlink "$link")" = ${settings} ]`,
      apply: [sh`ln -sfn ${settings} ${link}`],
    },
  ];
  return { command: sh`uname -n`, steps };
}

export const tasksOfHost = 5;

/** The same for Ansible, by the modules that are meant for it; `root` is a variable of the host. */
export const playbook = [
  {
    hosts: 'all',
    gather_facts: false,
    tasks: [
      { name: 'command', 'ansible.builtin.command': 'uname -n' },
      { name: 'directory', 'ansible.builtin.file': { path: '{{ root }}/app', state: 'directory', mode: '0750' } },
      { name: 'file', 'ansible.builtin.copy': { dest: '{{ root }}/app/app.conf', content: text, mode: '0640' } },
      {
        name: 'line',
        'ansible.builtin.lineinfile': {
          path: '{{ root }}/app/limits',
          line: 'nofile = 65536',
          create: true,
          mode: '0644',
        },
      },
      {
        name: 'link',
        'ansible.builtin.file': { path: '{{ root }}/app/current', src: '{{ root }}/app/app.conf', state: 'link' },
      },
    ],
  },
];
