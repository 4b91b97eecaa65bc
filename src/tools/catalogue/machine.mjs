import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const file = `${process.env.LAB_DIR ?? '/var/lib/dtrove-lab'}/env`;

async function labDirectory() {
  const url = /^DTROVE_INCUS_URL=unix:(.+)$/m.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
  if (url === undefined) throw new Error('there is no lab to ask the engines in: as root, test/lab/lxd.sh');
  return dirname(url);
}

/** What `lxc` prints; rejects with what it says where it fails. */
async function lxc(directory, args, stdin = '') {
  const child = spawn('lxc', args, { env: { ...process.env, LXD_DIR: directory } });
  const [out, err] = [[], []];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => undefined).end(stdin);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`lxc ${args[0]}: exit ${code}: ${Buffer.concat(err).toString().slice(-2000)}`);
  return Buffer.concat(out).toString();
}

/**
 * Gives `ask` a machine of that image: `run(script)` runs it as root there, and `install(packages)` installs. The machine
 * is gone afterwards.
 */
export async function onMachine(image, ask) {
  const directory = await labDirectory();
  const name = `catalogue-${randomBytes(3).toString('hex')}`;
  const run = (script) => lxc(directory, ['exec', name, '--', 'sh', '-s'], script);
  try {
    await lxc(directory, ['launch', image, name, '-c', 'limits.memory=1GiB']);
    await run('systemctl is-system-running --wait >/dev/null || :; cloud-init status --wait >/dev/null || :');
    const install = (packages) =>
      run(
        `exec 2>&1 </dev/null; apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install ${packages.join(' ')}`,
      );
    const { taken, parameters } = await ask({ run, install });
    // What holds the machine's own name is nobody else's default.
    const own = (text) => typeof text === 'string' && text.includes(name);
    return { taken, parameters: parameters.map((one) => (own(one.default) ? { ...one, default: null } : one)) };
  } finally {
    await lxc(directory, ['delete', '--force', name]).catch(() => undefined);
  }
}
