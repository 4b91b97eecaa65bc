import type { Step } from '../../../plan/step.js';
import { sh } from '../../../shell/command.js';
import { client } from '../client.js';
import { job, type Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';

const tables = `SELECT CONCAT('SELECT COUNT(*) FROM \`', REPLACE(table_schema, '\`', '\`\`'), '\`.\`', REPLACE(table_name, '\`', '\`\`'), '\`;') AS ask
  FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('information_schema', 'performance_schema', 'sys');`;

/** CHECK TABLE of all there is, and a read of every table. */
export function verifyData(flavour: Flavour, layout: Layout): Step[] {
  const done = `${layout.home}/verified`;
  const check = flavour.id === 'mariadb' ? 'mariadb-check' : 'mysqlcheck';
  const options = [
    '--no-defaults',
    `--socket=${layout.socket}`,
    '--user=root',
    '--all-databases',
    '--check',
    '--silent',
  ];
  const ask = client(flavour, layout);
  return [
    {
      name: 'check and read every table',
      check: sh`[ -f ${done} ]`,
      apply: [
        job(
          flavour,
          'verify',
          sh`told=$(${check} ${options} 2>&1) && [ -z "$told" ] || { printf '%s\\n' "$told" >&2; exit 1; }
asks=$(echo ${tables} | ${ask} | sed -n 's/^ *ask: //p') && [ -n "$asks" ] || exit 1
printf '%s\\n' "$asks" | ${ask} >/dev/null && : >${done}`,
          24,
        ),
      ],
    },
  ];
}
