import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { again, bin, conf, data, settings } from './backup-ground.mjs';

const run = promisify(execFile);

/** Milliseconds that it took. */
async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Has the restored data recovered by a server that nobody reaches, until it is a primary, and stops that: DTrove does the same. */
const recover = `cd ${again}
${bin}postgres -D ${conf} -c data_directory=${again} -c external_pid_file= -c listen_addresses= -c port=5999 \\
  -c unix_socket_directories=/tmp -c archive_mode=off >/tmp/again.log 2>&1 </dev/null &
until [ "$(${bin}psql -XAt -h /tmp -p 5999 -c 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; do
  kill -0 $! || { cat /tmp/again.log >&2; exit 1; }
  sleep 0.1
done
${bin}pg_ctl -D ${again} -m fast -w stop >/dev/null`;

const empty = `rm -rf ${again} && mkdir -m 0700 ${again}`;

/** pg_basebackup, zstd and ssh, the stream into a file of this machine. */
export function byHand({ path, addr, identity, socket, asPostgres }) {
  const file = join(path, 'by-hand.zst');
  const options = ['StrictHostKeyChecking=no', `UserKnownHostsFile=${path}/known`, 'BatchMode=yes', 'LogLevel=ERROR'];
  const ssh = `ssh -i ${identity} ${options.map((option) => `-o ${option}`).join(' ')} root@${addr}`;
  const copy = `${bin}pg_basebackup -h ${socket} -D - -Ft -X fetch -c fast`;
  const bash = (script) => run('bash', ['-o', 'pipefail', '-c', script]);
  return {
    stored: async () => (await stat(file)).size,
    take: () =>
      timed(() =>
        bash(`${ssh} 'set -o pipefail; runuser -u postgres -- ${copy} | zstd -q -c -T0' >${file} && sync ${file}`),
      ),
    restore: () =>
      timed(async () => {
        await bash(`${ssh} 'runuser -u postgres -- sh -c "${empty} && zstd -q -d -c | tar -x -C ${again}"' <${file}`);
        await asPostgres(recover);
      }),
  };
}

/** pgBackRest as the quick start of its user guide has it, encrypted; its repository is a folder of this machine that the server has mounted. */
export async function pgBackRest({ lab, path, server, socket, asPostgres, sql }) {
  const repository = join(path, 'repository');
  await mkdir(repository);
  await chmod(repository, 0o777);
  await lab.mount(server, repository, '/srv/repository');
  const text = `[global]
repo1-path=/srv/repository
repo1-retention-full=1
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=${randomBytes(48).toString('base64')}
compress-type=zst
process-max=2
start-fast=y
log-level-console=error
log-level-file=off

[bench]
pg1-path=${data}
pg1-socket-path=${socket}
`;
  await lab.on(server, `umask 077\ncat >${settings} <<'TEXT'\n${text}TEXT\nchown postgres ${settings}\n`);
  const program = `pgbackrest --config=${settings} --stanza=bench`;
  // The data come to servers that have no repository, too.
  await sql('ALTER SYSTEM SET archive_mode = on');
  await sql(`ALTER SYSTEM SET archive_command = 'test ! -e ${settings} || ${program} archive-push %p'`);
  await lab.on(server, `systemctl restart postgresql@17-dtrove\n`);
  await asPostgres(`until ${bin}pg_isready -q -h ${socket}; do sleep 0.1; done\n${program} stanza-create`);
  return {
    // The last one only: it keeps one full backup, and the log that came meanwhile is no part of it.
    stored: async () => Number((await run('du', ['-sb', join(repository, 'backup')])).stdout.split('\t')[0]),
    take: () => timed(() => asPostgres(`${program} --type=full backup`)),
    restore: () =>
      timed(() =>
        asPostgres(
          `${empty}\n${program} --pg1-path=${again} --type=immediate --target-action=promote restore\n${recover}`,
        ),
      ),
  };
}
