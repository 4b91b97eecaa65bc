import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onCleanUp } from './clean-up.mjs';

const run = promisify(execFile);

/** Whom the machines let in, and who may do all by sudo. */
export const login = 'debian';

/**
 * A project of our own on the lab of test/lab/lxd.sh. Null, and said what to do, where there is no lab: it is not raised.
 */
export async function openLab() {
  const file = `${process.env.LAB_DIR ?? '/var/lib/dtrove-lab'}/env`;
  const url = /^DTROVE_INCUS_URL=unix:(.+)$/m.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
  if (url === undefined) {
    console.error('not there: the lab that machines are made in. As root: test/lab/lxd.sh');
    return null;
  }
  const project = `bench-${randomBytes(4).toString('hex')}`;
  const lxc = async (args, stdin = '') => {
    const env = { ...process.env, LXD_DIR: dirname(url) };
    const running = run('lxc', ['--project', project, ...args], { env, maxBuffer: 2 ** 24 });
    running.child.stdin?.end(stdin); // else it waits for a configuration
    return (await running).stdout;
  };
  const shared = ['features.images=false', 'features.profiles=false', 'features.networks=false'];
  await lxc(['project', 'create', project, ...shared.flatMap((one) => ['-c', one])]);
  onCleanUp(() => lxc(['project', 'delete', project]));
  const remove = (name) => lxc(['delete', '--force', name]).catch(() => undefined);

  /** A new machine that has an address. */
  const launch = async (image, name) => {
    const gone = onCleanUp(() => remove(name));
    await lxc(['launch', image, name, '-c', 'limits.cpu=2', '-c', 'limits.memory=1GiB']);
    for (const end = performance.now() + 300_000; performance.now() < end; await delay(100)) {
      const addr = /\d+(\.\d+){3}/.exec(await lxc(['list', `^${name}$`, '-f', 'csv', '-c', '4']))?.[0];
      if (addr !== undefined) return { name, addr, remove: gone };
    }
    throw new Error(`${name} gets no address`);
  };
  /** Runs a script on a machine as root. */
  const on = (name, script) => lxc(['exec', name, '--', 'sh', '-s'], script);
  /** Makes an image of a machine as it is, and has it run again. */
  const publish = async (name, alias) => {
    await lxc(['stop', name]);
    await lxc(['publish', name, '--alias', alias, '--compression', 'none']);
    onCleanUp(() => lxc(['image', 'delete', alias]));
    await lxc(['start', name]);
  };
  /** Has a machine see a directory of this one, until it goes. */
  const mount = (name, source, path) =>
    lxc(['config', 'device', 'add', name, 'mounted', 'disk', `source=${source}`, `path=${path}`]);
  return { project, directory: dirname(url), launch, on, publish, mount };
}
