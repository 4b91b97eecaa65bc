import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Machines } from './containers.js';

const execute = promisify(execFile);
const programs = ['pg_dump', 'pg_restore', 'psql'];

/** Packs the programs of a machine with all that they are linked to; the first is what loads them. */
const packing = `
apt-get -q update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql-client-17 >/dev/null || exit 1
mkdir /root/programs && cd /usr/lib/postgresql/17/bin && cp ${programs.join(' ')} /root/programs/ &&
ldd ${programs.join(' ')} | grep -o '/[^ ]*' | grep -v ':$' | sort -u | xargs cp -Lt /root/programs/ && mv /root/programs/ld-linux* /root/programs/loader &&
tar -C /root -cf /root/programs.tar programs`;

/**
 * A directory with the client programs of PostgreSQL 17 for this computer, which may be too old for any package of them:
 * Debian 13's own, taken out of a machine of the lab with the libraries that they need.
 */
export async function postgresPrograms(machines: Machines): Promise<string> {
  const { name } = await machines.add();
  await machines.lxc('exec', name, '--', 'sh', '-c', packing);
  const directory = await mkdtemp(join(tmpdir(), 'dtrove-programs-'));
  const tar = join(directory, 'programs.tar');
  await machines.lxc('file', 'pull', `${name}/root/programs.tar`, tar);
  await execute('tar', ['-C', directory, '-xf', tar]);
  const bin = join(directory, 'bin');
  await mkdir(bin);
  for (const program of programs) {
    const own = join(directory, 'programs');
    await writeFile(
      join(bin, program),
      `#!/bin/sh\nexec ${own}/loader --library-path ${own} ${own}/${program} "$@"\n`,
      { mode: 0o755 },
    );
  }
  // A local server runs as a user of its own.
  await execute('chmod', ['-R', 'a+rX', directory]);
  await chmod(directory, 0o755);
  return bin;
}
